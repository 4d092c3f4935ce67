// Parts of other messages that go along: found and ticked in a dialog, while the form stays.

import { element, find, get, icon, input, inputs } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";
import { addPart } from "./chips.js";

/** @param {HTMLFormElement} form */
export function picker(form) {
  const button = find("[data-pick]", form);
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    open(form, button);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} button
 */
function open(form, button) {
  const dialog = document.createElement("dialog");
  dialog.className = "picking";
  dialog.setAttribute("aria-label", button.textContent?.trim() ?? "");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-close]"))) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = /** @type {HTMLFormElement} */ (event.target);
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (pressed?.value !== "attach") {
      load(dialog, asked.action, new FormData(asked, pressed));
      return;
    }
    for (const box of inputs("[name=part]:checked", dialog)) addPart(form, partOf(box));
    dialog.close();
  });
  const name = input("[name=once]", form)?.value ?? "";
  load(dialog, `${button.dataset.pick}?${new URLSearchParams({ form: name })}`);
  dialog.showModal();
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} address
 * @param {FormData} [body]
 */
async function load(dialog, address, body) {
  const token = formToken();
  if (token) body?.set("csrfmiddlewaretoken", token);
  dialog.setAttribute("aria-busy", "true");
  try {
    const headers = { "X-Pane": "picker" };
    const answer = await fetch(address, { method: body ? "POST" : "GET", body, headers });
    const text = await answer.text();
    const isPage = (answer.headers.get("Content-Type") ?? "").includes("html");
    if (!answer.ok || !isPage) throw new Error(isPage ? "" : JSON.parse(text).text);
    dialog.innerHTML = text;
    find("[autofocus]", dialog)?.focus();
  } catch (problem) {
    complain(dialog, problem instanceof TypeError ? "" : /** @type {Error} */ (problem).message);
  }
  dialog.removeAttribute("aria-busy");
}

/**
 * What is ticked stays; where nothing is shown yet, one can close it.
 * @param {HTMLDialogElement} dialog
 * @param {string} words
 */
function complain(dialog, words) {
  find("[data-problem]", dialog)?.remove();
  const note = element('<p class="note bad" role="alert" data-problem></p>');
  note.textContent = words || say("pickFailed");
  dialog.prepend(note);
  if (find("[data-close]", dialog)) return;
  const button = element(`<button type="button" data-close>${icon("close")}</button>`);
  button.setAttribute("aria-label", say("close"));
  note.append(button);
}

/**
 * @param {HTMLInputElement} box
 * @returns {import("./chips.js").Part}
 */
function partOf(box) {
  const chip = /** @type {HTMLElement} */ (box.closest("label"));
  return {
    token: box.value,
    name: box.dataset.name ?? "",
    size: get(".size", chip).textContent ?? "",
    octets: box.dataset.size ?? "0",
    icon: get("use", chip).getAttribute("href") ?? "",
  };
}
