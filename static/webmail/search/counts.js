// How much is unread in each saved search: asked for when the page is there, and after news.

import { cloneTemplate, find, findAll, get } from "../pages/dom.js";

const QUIET = 1_000; // ms in which several hints become one question
let timer = 0;

export function countSoon() {
  clearTimeout(timer);
  timer = setTimeout(count, QUIET);
}

async function count() {
  if (!savedLinks().length) return;
  try {
    const answer = await fetch(get("#saved-searches").dataset.counts ?? "", {
      headers: { "X-Pane": "counts" },
    });
    if (answer.ok) show(/** @type {Record<string, number>} */ (await answer.json()));
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem; // no connection
  }
}

const savedLinks = () => findAll("#saved-searches a[data-saved]");

/** @param {Record<string, number>} counts by the names of the searches */
function show(counts) {
  for (const link of savedLinks()) {
    const value = counts[link.dataset.saved ?? ""] ?? 0;
    find(".count", link)?.remove();
    link.classList.toggle("has-unread", value > 0);
    if (!value) continue;
    const badge = get(".count", cloneTemplate("count-unread"));
    badge.prepend(String(value));
    link.append(badge);
  }
}
