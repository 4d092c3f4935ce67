// The rows of the list, brought to what the server says that they are: these, in this order, and
// the list's range. What is being read stays where it is.

import { element, find, findAll, get, input } from "../pages/dom.js";
import { sayOf } from "../pages/words.js";
import { isByPlace, list, listData, row, searchWords } from "../reading/list.js";
import { everythingBox, showSelection } from "../reading/selection.js";
import { uidsInOrder, uidsOf } from "../reading/uids.js";

/**
 * @typedef {object} Slice what the list shows now
 * @property {string} uids as ranges
 * @property {string} url of the list
 * @property {string} messages
 * @property {number} exists
 * @property {string} pager markup
 * @property {string} everything markup
 */

/** @typedef {{ uid: number, html: string }} NewRow */

/**
 * @param {Slice} slice
 * @param {NewRow[]} fresh
 * @returns {{ count: number, missing: boolean } | null} how many rows came or went, and whether the
 *   markup of one is missing; null if the list as a whole must be fetched
 */
export function arrange(slice, fresh) {
  const rows = find("#rows");
  const uids = isByPlace() ? uidsInOrder(slice.uids) : uidsOf(slice.uids);
  if (!rows || !uids.length || slice.url !== listData("url")) return null;
  list().dataset.messages = slice.messages;
  const anchor = firstInSight(rows, new Set(uids));
  const before = anchor?.offsetTop ?? 0;
  const { came, missing } = place(rows, uids, fresh);
  const count = dropOthers(rows, new Set(uids));
  if (anchor && rows.scrollTop > 0) rows.scrollTop += anchor.offsetTop - before;
  showRange(slice);
  showSelection();
  return { count: count + came, missing };
}

/**
 * @param {HTMLElement} rows
 * @param {Set<number>} staying
 */
function firstInSight(rows, staying) {
  const top = rows.offsetTop + rows.scrollTop;
  return findAll(".row", rows).find(
    (one) => staying.has(Number(one.dataset.uid)) && one.offsetTop + one.offsetHeight > top,
  );
}

/**
 * @param {HTMLElement} rows
 * @param {Set<number>} staying
 */
function dropOthers(rows, staying) {
  const others = findAll(".row", rows).filter((one) => !staying.has(Number(one.dataset.uid)));
  for (const one of others) one.remove();
  return others.length;
}

/**
 * @param {HTMLElement} rows
 * @param {number[]} uids
 * @param {NewRow[]} fresh
 */
function place(rows, uids, fresh) {
  const made = new Map(fresh.map(({ uid, html }) => [uid, html]));
  let next = rows.firstElementChild;
  let came = 0;
  let missing = false;
  for (const uid of uids) {
    let own = row(uid);
    const html = made.get(uid);
    if (html) {
      const fresh = element(html);
      if (own && own === next) next = next.nextElementSibling;
      takePlace(fresh, own ?? rowBefore(fresh));
      if (!own) fresh.classList.add("new");
      own?.remove();
      own = fresh;
      came += 1;
    }
    if (!own) missing = true;
    else if (own === next) next = next.nextElementSibling;
    else rows.insertBefore(own, next);
  }
  return { came, missing };
}

/**
 * The row in which the conversation stood until a newer message of it came.
 * @param {HTMLElement} fresh
 */
function rowBefore(fresh) {
  const uids = uidsOf(fresh.dataset.uids ?? "");
  return uids.map(row).find((one) => one !== null) ?? null;
}

/**
 * A row that is ticked, or has the focus, is that when it is drawn anew.
 * @param {HTMLElement} fresh
 * @param {HTMLElement | null} old
 */
function takePlace(fresh, old) {
  if (!old) return;
  const box = input('[name="uid"]', fresh);
  if (box) box.checked = input('[name="uid"]', old)?.checked ?? false;
  if (old.classList.contains("current")) {
    fresh.classList.add("current");
    find(".open", fresh)?.setAttribute("aria-current", "true");
  }
  if (!old.contains(document.activeElement)) return;
  requestAnimationFrame(() => find(".open", fresh)?.focus({ preventScroll: true }));
}

/** @param {Slice} slice */
function showRange(slice) {
  get("#pager").outerHTML = slice.pager;
  const all = everythingBox()?.checked;
  get("#everything").outerHTML = slice.everything;
  const box = everythingBox();
  if (all && box) box.checked = true;
  if (searchWords()) get("#unread-count").textContent = sayOf("found", slice.exists);
}
