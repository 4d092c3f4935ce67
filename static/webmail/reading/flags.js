// How the flags of a message show in its row and above its text. What they look like the server
// says in the template "marks": all that a row can bear, in their order.

import { cloneTemplate, find, findAll, get } from "../pages/dom.js";
import { setUnseen, unseen } from "./counts.js";

/** @typedef {{ seen: boolean, flagged: boolean, answered: boolean, forwarded: boolean }} Flags */

/** What a button does to the flags of a message. @type {Record<string, Partial<Flags>>} */
const CHANGES = {
  read: { seen: true },
  unread: { seen: false },
  flag: { flagged: true },
  unflag: { flagged: false },
};

/**
 * @param {HTMLElement} row
 * @param {Partial<Flags>} flags those that are left out stay
 * @returns {boolean} whether the row looks different now
 */
export function showFlags(row, flags) {
  const marks = get(".marks", row);
  const before = row.className + namesOf(marks);
  if (flags.seen !== undefined) {
    row.classList.toggle("unread", !flags.seen);
    find(".who .sr", row)?.remove();
    if (!flags.seen) get(".who", row).prepend(get(".sr", cloneTemplate("marks")));
  }
  /** @type {Record<string, boolean | undefined>} */
  const wanted = flags;
  const shown = findAll("[data-mark]", cloneTemplate("marks")).filter((mark) => {
    const name = mark.dataset.mark ?? "";
    return wanted[name] ?? find(`[data-mark="${name}"]`, marks);
  });
  marks.replaceChildren(...shown);
  return before !== row.className + namesOf(marks);
}

/** @param {HTMLElement} marks */
const namesOf = (marks) => findAll("[data-mark]", marks).map((mark) => mark.dataset.mark);

/**
 * Show at once what a button will do, and count it.
 * @param {HTMLElement} row
 * @param {string} button its value
 */
export function changeFlags(row, button) {
  const was = row.classList.contains("unread");
  showFlags(row, CHANGES[button] ?? {});
  const step = Number(row.classList.contains("unread")) - Number(was);
  if (step) setUnseen(unseen() + step);
}

/**
 * The buttons above the open message offer the other thing.
 * @param {HTMLElement} message
 * @param {boolean} flagged
 */
export function showFlagged(message, flagged) {
  const buttons = /** @type {HTMLButtonElement[]} */ (findAll("[data-flag]", message));
  for (const button of buttons) {
    button.value = flagged ? "unflag" : "flag";
    if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(flagged));
  }
}
