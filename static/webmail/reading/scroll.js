// The list without end: rows come while one scrolls, those far away go, and one comes back to the
// row that one left. Without this file the links to the next and the previous page do.

import { find, fragment, get } from "../pages/dom.js";
import { numberText, say } from "../pages/words.js";
import { isByPlace, listAddress, listData, row, rows } from "./list.js";
import { showSelection } from "./selection.js";
import { complete } from "./slim.js";

const AHEAD = 1200; // px from the end at which the next rows are fetched
const MOST = 400; // rows that stay; one who scrolls far finds the first ones gone, until he returns
const CALM = 150; // ms without scrolling until the place is noted

/** @typedef {"next" | "prev"} Way */
/** @typedef {{ uid: string, place: number, offset: number }} Place the row at the top of the list */

/** @type {Promise<void> | null} */
let loading = null;
let top = 0; // of the list, while it is shown
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

const pager = () => get("#pager");

/** The place of the first row that is here, and how many there are in all. */
const first = () => Number(pager().dataset.first);
const exists = () => Number(pager().dataset.exists);

/** @param {Way} way */
const isMore = (way) =>
  way === "prev" ? first() > 1 : rows().length > 0 && first() + rows().length - 1 < exists();

/**
 * Where the rows are that stand before or behind those that are here.
 * @param {Way} way
 */
function addressOf(way) {
  const url = new URL(listAddress());
  for (const name of ["before", "after", "from"]) url.searchParams.delete(name);
  const all = rows();
  const edge = (way === "next" ? all.at(-1) : all[0])?.dataset.uid ?? "";
  const place = way === "next" ? first() + all.length : Math.max(1, first() - 50);
  if (isByPlace()) url.searchParams.set("from", String(place));
  else url.searchParams.set(way === "next" ? "before" : "after", edge);
  return url.href;
}

/**
 * Fetch more rows, unless they are on their way or there are none.
 * @param {Way} way
 */
export function extend(way) {
  if (!find("#rows") || !isMore(way)) return Promise.resolve();
  loading ??= fetchRows(addressOf(way))
    .then((came) => {
      if (came) add(came, way);
    })
    .finally(() => {
      loading = null;
    });
  return loading;
}

/**
 * @param {string} url
 * @returns {Promise<DocumentFragment | null>} rows and a pager; null when the list is another by now
 */
async function fetchRows(url) {
  const before = listData("url") + listData("order");
  try {
    const answer = await fetch(url, { headers: { "X-Pane": "rows" } });
    if (answer.status === 401) location.reload();
    if (!answer.ok) return null;
    const html = await answer.text();
    return before === listData("url") + listData("order") ? fragment(html) : null;
  } catch (problem) {
    if (problem instanceof TypeError) return null; // no connection: scrolling on tries again
    throw problem;
  }
}

/**
 * @param {DocumentFragment} came
 * @param {Way} way
 */
function add(came, way) {
  const list = find("#rows");
  if (!list) return;
  const news = complete(came).filter((one) => !document.getElementById(one.id));
  const start = first();
  const kept = keepPlace(list);
  if (way === "next") list.append(...news);
  else list.prepend(...news);
  showRange(get("#pager", came), way === "next" ? start : Math.max(1, start - news.length));
  drop(list, way);
  kept();
  showSelection();
}

/**
 * @param {HTMLElement} told what the server said of the rows that came
 * @param {number} start place of the first row that is here
 */
function showRange(told, start) {
  pager().dataset.exists = told.dataset.exists;
  pager().dataset.first = String(start);
}

/**
 * Rows far from where one is going need not stay. What is ticked or open does.
 * @param {HTMLElement} list
 * @param {Way} way
 */
function drop(list, way) {
  for (let many = rows().length - MOST; many > 0; many -= 1) {
    const far = way === "next" ? list.firstElementChild : list.lastElementChild;
    if (!far || far.matches(".current, :has(:checked)")) return;
    far.remove();
    if (way === "next") pager().dataset.first = String(first() + 1);
  }
}

/**
 * What is in sight stays there, whatever comes or goes above it.
 * @param {HTMLElement} list
 * @returns {() => void} to be called when it has
 */
function keepPlace(list) {
  const anchor = rowAtTop(list);
  const before = anchor?.offsetTop ?? 0;
  return () => {
    if (anchor?.isConnected) list.scrollTop += anchor.offsetTop - before;
  };
}

/**
 * @param {HTMLElement} list
 * @returns {HTMLElement | undefined}
 */
function rowAtTop(list) {
  const edge = list.offsetTop + list.scrollTop;
  const all = rows();
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = /** @type {HTMLElement} */ (all[middle]);
    if (one.offsetTop + one.offsetHeight > edge) high = middle;
    else low = middle + 1;
  }
  return all[low];
}

/** Where one is: of how many. */
function showPlace() {
  const list = find("#rows");
  const at = list && rowAtTop(list);
  if (!at) return;
  const place = first() + rows().indexOf(at);
  const values = { place: numberText(place), exists: numberText(exists()) };
  get(".count", pager()).textContent = say("place", values);
}

/** The browser's history knows which row was at the top, for whoever comes back. */
export function notePlace() {
  const list = find("#rows");
  const at = list && rowAtTop(list);
  if (!at || location.href.replace(/#.*/, "") !== listAddress()) return;
  /** @type {Place} */
  const place = {
    uid: at.dataset.uid ?? "",
    place: first() + rows().indexOf(at),
    offset: list.offsetTop + list.scrollTop - at.offsetTop,
  };
  history.replaceState({ ...history.state, place }, "");
}

/**
 * Back to a row that was left, with the rows around it.
 * @param {unknown} state the browser's history has of this list
 */
export async function returnTo(state) {
  const place = /** @type {{ place?: Place } | null} */ (state)?.place;
  if (!place) return;
  if (!row(place.uid)) await showAround(place);
  const list = find("#rows");
  const at = row(place.uid);
  if (!list || !at) return;
  list.scrollTop = at.offsetTop - list.offsetTop + place.offset;
  find(".open", at)?.focus({ preventScroll: true });
}

/** @param {Place} place */
async function showAround({ uid, place }) {
  const url = new URL(listAddress());
  for (const name of ["before", "after", "from"]) url.searchParams.delete(name);
  if (isByPlace()) url.searchParams.set("from", String(place));
  else url.searchParams.set("before", String(Number(uid) + 1));
  const came = await fetchRows(url.href);
  const list = find("#rows");
  const news = came ? complete(came) : [];
  if (!came || !list || !news.length) return;
  list.replaceChildren(...news);
  showRange(get("#pager", came), Number(get("#pager", came).dataset.first));
}

function follow() {
  const list = find("#rows");
  if (!list?.offsetParent) return; // on a phone a message stands in its place
  top = list.scrollTop;
  if (list.scrollHeight - list.scrollTop - list.clientHeight < AHEAD) extend("next");
  if (list.scrollTop < AHEAD) extend("prev");
  showPlace();
  clearTimeout(timer);
  timer = setTimeout(notePlace, CALM);
}

/** A list that was hidden is where it was. */
export function showWhereItWas() {
  const list = find("#rows");
  if (list) list.scrollTop = top;
}

/** Whether rows came or went, so that the server must be told which part of the list is shown. */
export function shownPart() {
  const count = rows().length;
  return find("#rows") && "first" in pager().dataset ? { first: first(), count } : null;
}

export function startScroll() {
  history.scrollRestoration = "manual";
  get(".panes").dataset.endless = "";
  let waiting = false;
  document.addEventListener(
    "scroll",
    (event) => {
      if (waiting || !(event.target instanceof Element) || event.target.id !== "rows") return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        follow();
      });
    },
    { capture: true, passive: true },
  );
  new ResizeObserver(() => fill()).observe(get(".panes"));
}

/** A list that does not fill its pane can't be scrolled: more rows come at once. */
export function fill() {
  const list = find("#rows");
  if (list?.offsetParent && list.scrollHeight - list.clientHeight < 1) extend("next").then(fillOn);
}

function fillOn() {
  const list = find("#rows");
  if (list?.offsetParent && list.scrollHeight <= list.clientHeight && isMore("next")) fill();
}
