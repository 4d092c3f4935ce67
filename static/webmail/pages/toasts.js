// Short news at the foot of the page, which go by themselves unless somebody is at them.

import { cloneTemplate, find, findAll, get } from "./dom.js";

const SHOWN = 9000; // ms

/** @typedef {{ url: string, fields: Record<string, string[]> }} Undo how something is taken back */

/** @typedef {{ done: number, total: number }} Progress of something that goes on; 0: not known yet */

/**
 * @param {string} text
 * @param {Undo} [undo]
 * @param {Progress} [progress] the toast stays until another one takes its place
 */
export function toast(text, undo, progress) {
  const drawing = cloneTemplate("toast");
  const box = get(".toast", drawing);
  const form = /** @type {HTMLFormElement} */ (get("form", box));
  get("span", box).textContent = text;
  if (undo) fill(form, undo);
  else form.remove();
  if (progress) box.prepend(bar(progress, text));
  for (const old of findAll("#toasts > :not([data-stays])")) old.remove();
  get("#toasts").append(box);
  if (!progress) fade(box);
}

/**
 * @param {Progress} progress
 * @param {string} text
 */
function bar({ done, total }, text) {
  const made = document.createElement("progress");
  made.setAttribute("aria-label", text);
  if (done) Object.assign(made, { max: total, value: done });
  return made;
}

/**
 * @param {HTMLFormElement} form
 * @param {Undo} undo
 */
function fill(form, { url, fields }) {
  form.action = url;
  for (const [name, values] of Object.entries(fields)) {
    for (const value of values) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }
}

/** @param {HTMLElement} box */
function fade(box) {
  let timer = setTimeout(() => box.remove(), SHOWN);
  const stay = () => clearTimeout(timer);
  const go = () => {
    stay();
    timer = setTimeout(() => box.remove(), SHOWN);
  };
  box.addEventListener("pointerenter", stay);
  box.addEventListener("focusin", stay);
  box.addEventListener("pointerleave", go);
  box.addEventListener("focusout", go);
}

/** Those that the server has put there. */
export function startToasts() {
  findAll(".toast").forEach(fade);
}

export function clearToasts() {
  find("#toasts")?.replaceChildren();
}
