// What goes along, each with its box: parts of other messages, and files that came whole.

import { find, get, input, inputs } from "../pages/dom.js";
import { spot } from "./spots.js";

/**
 * @typedef {object} Part
 * @property {string} token
 * @property {string} name
 * @property {string} size as people read it
 * @property {string} octets on its way
 * @property {string} icon its address
 * @property {boolean} [isFile] it came from this device
 */

/**
 * One that is there already is ticked again.
 * @param {HTMLFormElement} form
 * @param {Part} part
 */
export function addPart(form, part) {
  const known = boxes(form).find((box) => box.value === part.token);
  if (known) known.checked = true;
  else if (part.isFile) spot(form, "chosen").append(chipOf(form, part));
  else get("[data-picked]", form).append(chipOf(form, part));
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLFormElement} form */
const boxes = (form) => inputs("[name=kept]", form);

/**
 * @param {HTMLFormElement} form
 * @param {Part} part
 */
export function chipOf(form, part) {
  const template = /** @type {HTMLTemplateElement} */ (get("template[data-chip]", form));
  const chip = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const box = /** @type {HTMLInputElement} */ (input("[data-box]", chip));
  Object.assign(box, { name: "kept", value: part.token });
  box.dataset.size = part.octets;
  box.dataset.part = JSON.stringify(part);
  Object.assign(get("[data-offered]", chip), { name: "offered", value: part.token });
  get("use", chip).setAttribute("href", part.icon);
  Object.assign(get(".name", chip), { textContent: part.name, title: part.name });
  get(".size", chip).textContent = part.size;
  if (part.isFile) find(".stays", chip)?.remove();
  return chip;
}

/**
 * Tokens of all that goes along, as the form would be saved now.
 * @param {HTMLFormElement} form
 */
export const tokensOf = (form) => boxes(form).map((box) => box.value);

/**
 * The server's draft has these.
 * @param {HTMLFormElement} form
 * @param {string[]} tokens
 */
export function noteInDraft(form, tokens) {
  for (const box of boxes(form)) if (tokens.includes(box.value)) delete box.dataset.part;
}

/**
 * What no draft has yet, and only this page knows of.
 * @param {HTMLFormElement} form
 * @returns {Part[]}
 */
export const newParts = (form) =>
  boxes(form)
    .filter((box) => box.dataset.part && box.checked)
    .map((box) => JSON.parse(box.dataset.part ?? ""));
