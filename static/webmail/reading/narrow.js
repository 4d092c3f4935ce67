// The field of a Move menu: what is typed leaves the folders whose paths have all of its words.

import { find, findAll, input } from "../pages/dom.js";
import { hasWords } from "./words-in.js";

/** @param {Event} event */
function narrow(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches("[data-narrow]")) return;
  const sheet = /** @type {HTMLElement} */ (field.closest(".sheet"));
  const typed = field.value.trim();
  for (const one of findAll("[name=to]", sheet)) {
    one.hidden =
      !hasWords(one.textContent ?? "", typed) || (typed !== "" && "recent" in one.dataset);
  }
  for (const one of findAll("hr, [data-recent-title]", sheet)) one.hidden = typed !== "";
  const none = find("[data-none]", sheet);
  if (none) none.hidden = find("[name=to]:not([hidden])", sheet) !== null;
}

/** @param {KeyboardEvent} event */
function press(event) {
  const at = event.target instanceof HTMLElement ? event.target : null;
  const sheet = at?.closest(".sheet:has([data-narrow])");
  if (!at || !sheet) return;
  const shown = findAll("[name=to]:not([hidden])", sheet);
  if (event.key === "Enter" && at.matches("[data-narrow]")) {
    event.preventDefault();
    if (input("[data-narrow]", sheet)?.value.trim()) shown[0]?.click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = shown.indexOf(at) + (event.key === "ArrowDown" ? 1 : -1);
  (shown[next] ?? input("[data-narrow]", sheet))?.focus();
}

/** @param {Event} event a sheet that has opened begins anew, with the field ready to type in */
function begin(event) {
  const sheet = event.target instanceof HTMLElement ? event.target : null;
  const field = sheet && input("[data-narrow]", sheet);
  if (!field || !("newState" in event) || event.newState !== "open") return;
  const label = find("[data-narrow-label]", sheet);
  if (label) label.hidden = false;
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function startNarrowing() {
  document.addEventListener("input", narrow);
  document.addEventListener("keydown", press);
  document.addEventListener("toggle", begin, true);
}
