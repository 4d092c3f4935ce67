// Parts of other messages that go along: found and ticked in a dialog, while the form stays.

import { element, find, get, icon, input, inputs } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";

/**
 * @typedef {object} Part
 * @property {string} token
 * @property {string} name
 * @property {string} size as people read it
 * @property {string} octets
 * @property {string} icon its address
 */

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
 * @returns {Part}
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

/**
 * One that is there already is ticked again.
 * @param {HTMLFormElement} form
 * @param {Part} part
 */
export function addPart(form, part) {
  const known = inputs("[name=kept]", form).find((box) => box.value === part.token);
  if (known) known.checked = true;
  else get("[data-picked]", form).append(chipOf(form, part));
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLFormElement} form
 * @param {Part} part
 */
function chipOf(form, part) {
  const template = /** @type {HTMLTemplateElement} */ (get("template[data-chip]", form));
  const chip = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const box = /** @type {HTMLInputElement} */ (input("[data-box]", chip));
  Object.assign(box, { name: "kept", value: part.token });
  box.dataset.size = part.octets;
  Object.assign(get("[data-offered]", chip), { name: "offered", value: part.token });
  get("use", chip).setAttribute("href", part.icon);
  Object.assign(get(".name", chip), { textContent: part.name, title: part.name });
  get(".size", chip).textContent = part.size;
  return chip;
}
