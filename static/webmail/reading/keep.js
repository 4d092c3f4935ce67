// What somebody has begun in a list goes on when the same list is drawn anew: the sheet that is
// open, what is chosen, the focus.

import { find, inputs } from "../pages/dom.js";
import { everythingBox, showSelection } from "./selection.js";

/**
 * Call it before the list is replaced.
 * @param {DocumentFragment} fresh with the list that takes its place
 * @returns {() => void} to be called after that
 */
export function keepState(fresh) {
  const reopen = keepSheet(fresh);
  const choose = keepSelection();
  const focus = keepFocus();
  return () => {
    choose();
    focus?.();
    reopen?.();
  };
}

function keepSelection() {
  const chosen = new Set(inputs("#rows :checked").map((box) => box.value));
  const isEverything = everythingBox()?.checked ?? false;
  return () => {
    for (const box of inputs('#rows [name="uid"]'))
      box.checked = isEverything || chosen.has(box.value);
    const box = everythingBox();
    if (box) box.checked = isEverything;
    showSelection();
  };
}

/** A button or box of the list is found again by its name and value. */
function keepFocus() {
  const own = document.activeElement;
  const isButton = own instanceof HTMLButtonElement || own instanceof HTMLInputElement;
  if (!isButton || !own.name || !own.closest("#list")) return null;
  const place = `#list [name="${CSS.escape(own.name)}"][value="${CSS.escape(own.value)}"]`;
  return () => find(place)?.focus({ preventScroll: true });
}

/**
 * A sheet, in which somebody may be writing, goes over as it is.
 * @param {DocumentFragment} fresh
 * @returns {(() => void) | null} opens it again, once it is in the page
 */
function keepSheet(fresh) {
  const sheet = find("#list :popover-open");
  const place = sheet?.id ? find(`#${sheet.id}`, fresh) : null;
  if (!sheet || !place) return null;
  const focus = document.activeElement;
  const isWithin = focus instanceof HTMLElement && sheet.contains(focus);
  place.replaceWith(sheet);
  return () => {
    sheet.showPopover();
    if (isWithin) focus.focus({ preventScroll: true });
  };
}
