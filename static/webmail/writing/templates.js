// Texts that are written often: put into the form with their fields filled in, or made of it.

import { find, get, input } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";
import { textFieldOf } from "./editor/field.js";
import { spot } from "./spots.js";

/**
 * @typedef {object} Filled a template for who is in To
 * @property {string} subject
 * @property {string} text
 * @property {string} html
 * @property {string[]} missing fields of which nothing is known
 */

/** @param {HTMLFormElement} form */
export function offerTemplates(form) {
  const box = find("[data-templates]", form);
  if (!box) return;
  box.hidden = false;
  const chosen = /** @type {HTMLSelectElement} */ (get("[data-insert] select", box));
  const name = /** @type {HTMLInputElement} */ (input("[data-save] input", box));
  get("[data-insert] button", box).addEventListener("click", () =>
    act(form, box.dataset.fill ?? "", { template: chosen.value }, (answer) => insert(form, answer)),
  );
  get("[data-save] button", box).addEventListener("click", () =>
    act(form, box.dataset.keep ?? "", { template_name: name.value }, (answer) => {
      chosen.add(new Option(answer.name, answer.key));
      get("[data-insert]", box).hidden = false;
      name.value = "";
      return answer.text;
    }),
  );
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // or the message would be sent
    get("[data-save] button", box).click();
  });
}

/**
 * Ask the server, with what stands in the form; what is said of it is shown.
 * @param {HTMLFormElement} form
 * @param {string} address
 * @param {Record<string, string>} more
 * @param {(answer: any) => string} take
 */
async function act(form, address, more, take) {
  const token = formToken();
  const place = input("[name=csrfmiddlewaretoken]", form);
  if (token && place) place.value = token;
  const body = new FormData(form);
  body.delete("files");
  for (const [key, value] of Object.entries(more)) body.set(key, value);
  let words = say("noConnectionNow");
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-Pane": "form" } });
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    const found = isJson ? await answer.json() : {};
    if (answer.ok) words = take(found);
    else if (found.text) words = found.text;
  } catch {
    // no link
  }
  spot(form, "template-news").textContent = words;
}

/**
 * @param {HTMLFormElement} form
 * @param {Filled} filled
 */
function insert(form, { subject, text, html, missing }) {
  const title = input("[name=subject]", form);
  if (title && subject && !title.value) put(title, subject);
  textFieldOf(form)?.insert(text, html);
  return missing.length ? say("notFilledIn", { names: missing.join(", ") }) : say("inserted");
}

/**
 * @param {HTMLInputElement} field
 * @param {string} value
 */
function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
