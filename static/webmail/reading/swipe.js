// A row that is swept aside by a finger: what that does stands in the settings, by direction.

import { find, get, icon, pageData } from "../pages/dom.js";
import { actOn } from "./actions.js";

const BEGIN = 12; // px until it is known that a finger sweeps and does not scroll
const ENOUGH = 88; // px after which letting go does it

/** @type {Record<string, string>} icons of what can be done */
const ICONS = { archive: "archive", delete: "trash", read: "read", flag: "flagged" };

/** @type {{ row: HTMLElement, x: number, y: number, by: number, button: HTMLButtonElement | null } | null} */
let sweep = null;

/**
 * The button that does what the settings say of a direction: the other way round for a row that is
 * read, or flagged, already. Null where nothing is to be done, or may be.
 * @param {HTMLElement} row
 * @param {number} by px, to the right
 */
function buttonFor(row, by) {
  let value = pageData(by > 0 ? "swipeRight" : "swipeLeft");
  if (value === "read" && !row.classList.contains("unread")) value = "unread";
  /** @type {HTMLButtonElement | null} */
  const button = value ? document.querySelector(`#bulk [name="do"][value="${value}"]`) : null;
  return button;
}

/** @param {PointerEvent} event */
function begin(event) {
  const target = event.target instanceof Element ? event.target : null;
  const row = /** @type {HTMLElement | null} */ (target?.closest("#rows .row") ?? null);
  if (event.pointerType !== "touch" || !event.isPrimary || !row) return;
  sweep = { row, x: event.clientX, y: event.clientY, by: 0, button: null };
}

/** @param {PointerEvent} event */
function move(event) {
  const now = sweep;
  if (!now) return;
  const [by, down] = [event.clientX - now.x, Math.abs(event.clientY - now.y)];
  if (!now.by) {
    if (down > BEGIN) sweep = null;
    if (down > BEGIN || Math.abs(by) < BEGIN) return;
    now.row.setPointerCapture(event.pointerId);
  }
  if (Math.sign(by) !== Math.sign(now.by)) uncover(now.row, by);
  now.by = by;
  now.row.style.setProperty("--swept", now.button ? `${by}px` : `${by / 6}px`);
  now.row.classList.toggle("enough", Boolean(now.button) && Math.abs(by) > ENOUGH);
}

/**
 * What will be done shows under the row.
 * @param {HTMLElement} row
 * @param {number} by
 */
function uncover(row, by) {
  if (!sweep) return;
  sweep.button = buttonFor(row, by);
  find(".under", row)?.remove();
  row.classList.add("swept");
  if (!sweep.button) return;
  const under = document.createElement("span");
  under.className = by > 0 ? "under" : "under end";
  under.innerHTML = `${icon(ICONS[sweep.button.value] ?? "unread")}<span></span>`;
  get("span", under).textContent = sweep.button.getAttribute("aria-label");
  row.append(under);
}

function end() {
  if (!sweep) return;
  const { row, by, button } = sweep;
  sweep = null;
  row.classList.remove("swept", "enough");
  row.style.removeProperty("--swept");
  find(".under", row)?.remove();
  if (!by) return;
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  if (button && Math.abs(by) > ENOUGH) actOn(button, [row]);
}

/** @param {Event} event a click on the row that a finger swept */
function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

function cancel() {
  if (sweep) sweep.by = 0;
  end();
}

export function startSwipes() {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", cancel);
}
