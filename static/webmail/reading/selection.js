// Choosing rows: one, a range with Shift, all of this page, or all on every page.

import { findAll, get, input, inputs } from "../pages/dom.js";

const BOXES = '#rows [name="uid"]';
const ALL = "[data-all]"; // of this page
/** @type {HTMLInputElement | null} the box that was clicked last */
let last = null;

export const selectedBoxes = () => findAll("#rows :checked");

/** The box for what is on every page, when there is more than this one shows. */
export const everythingBox = () => input("[name=all]");

/** @param {EventTarget | null} [changed] what somebody has just ticked */
export function showSelection(changed) {
  const boxes = inputs(BOXES);
  const count = boxes.filter((box) => box.checked).length;
  const everything = everythingBox();
  if (everything && count < boxes.length && changed !== everything) everything.checked = false;
  const shown = everything?.checked ? everything.dataset.count : count || "";
  get("#picked").textContent = String(shown ?? "");
  const all = input(ALL);
  if (!all) return;
  all.checked = count > 0;
  all.indeterminate = count > 0 && count < boxes.length;
}

export function clearSelection() {
  for (const box of inputs("#rows :checked, [name=all]:checked")) box.checked = false;
}

/** @param {MouseEvent} event */
export function chooseByClick(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches(BOXES)) return;
  if (event.shiftKey && last) chooseRange(last, box);
  last = box;
}

/**
 * @param {HTMLInputElement} from
 * @param {HTMLInputElement} to
 */
function chooseRange(from, to) {
  const boxes = inputs(BOXES);
  const [low = -1, high = -1] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
  if (low < 0) return;
  for (const box of boxes.slice(low, high + 1)) box.checked = to.checked;
}

/** @param {Event} event */
export function chooseByBox(event) {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches(`${ALL}, [name=all], ${BOXES}`)) return;
  if (box.matches(ALL) || (box.name === "all" && box.checked)) {
    for (const one of inputs(BOXES)) one.checked = box.checked;
  }
  showSelection(box);
}
