// Rows that are dragged to a folder. By keyboard, and without a mouse, the Move menu does the same.

import { find, findAll } from "../pages/dom.js";
import { sayOf } from "../pages/words.js";
import { actOn } from "./actions.js";
import { everythingBox, selectedBoxes } from "./selection.js";

/** @type {HTMLElement[]} the rows that are being dragged */
let dragged = [];

/** @param {DragEvent} event */
function begin(event) {
  const target = event.target instanceof Element ? event.target : null;
  const row = /** @type {HTMLElement | null} */ (target?.closest("#rows .row") ?? null);
  if (!row || !event.dataTransfer || !find("#bulk-move button")) return;
  const chosen = selectedBoxes().map((box) => /** @type {HTMLElement} */ (box.closest(".row")));
  dragged = chosen.includes(row) ? chosen : [row];
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  const everything = chosen.includes(row) && everythingBox()?.checked;
  const count = everything ? Number(everythingBox()?.dataset.count) : dragged.length;
  const badge = document.createElement("div");
  badge.className = "dragged";
  badge.textContent = sayOf("dragged", count);
  document.body.append(badge);
  event.dataTransfer.setDragImage(badge, -12, -12);
  setTimeout(() => badge.remove());
}

/**
 * The button of the Move menu for the folder under the pointer: none for one that takes no mail.
 * @param {Event} event
 */
function targetOf(event) {
  const at = event.target instanceof Element ? event.target.closest("a[data-folder]") : null;
  if (!dragged.length || !(at instanceof HTMLElement)) return null;
  const buttons = /** @type {HTMLButtonElement[]} */ (findAll("#bulk-move button"));
  const button = buttons.find((one) => one.value === at.dataset.folder);
  return button ? { link: at, button } : null;
}

/** @param {DragEvent} event */
function over(event) {
  const target = targetOf(event);
  for (const one of findAll(".drop")) if (one !== target?.link) one.classList.remove("drop");
  if (!target) return;
  event.preventDefault();
  target.link.classList.add("drop");
}

/** @param {DragEvent} event */
function drop(event) {
  const target = targetOf(event);
  const rows = dragged;
  end();
  if (!target) return;
  event.preventDefault();
  actOn(target.button, rows);
}

function end() {
  dragged = [];
  for (const one of findAll(".drop")) one.classList.remove("drop");
}

export function startDrags() {
  document.addEventListener("dragstart", begin);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", end);
}
