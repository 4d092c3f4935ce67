// Rows that came while one scrolls bear only what differs; what all have alike is added here.

import { cloneTemplate, find, findAll, get, input } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { listAddress, rows } from "./list.js";

const VERSION = 4; // characters of the version of a row; those of all rows stand in one word

/**
 * Make whole rows of those that came; these rows.
 * @param {DocumentFragment} came
 */
export function complete(came) {
  const slim = findAll(".row", came);
  const { uids: numbers = "", minutes = "", versions = "" } = get("#pager", came).dataset;
  const all = sums(numbers);
  const sent = sums(minutes);
  const base = new URL(listAddress());
  const mayChoose = rows().length === 0 || find("#rows .pick input") !== null;
  for (const [at, row] of slim.entries()) {
    if (versions) row.dataset.version = versions.slice(at * VERSION, (at + 1) * VERSION);
    const uid = String(all[at]);
    row.id = `m${uid}`;
    row.dataset.uid = uid;
    const link = /** @type {HTMLAnchorElement} */ (get(".open", row));
    const { version, uids = uid, thread = "" } = row.dataset;
    link.href = `${base.pathname}${uid}/${version ? "conversation/" : ""}${base.search}`;
    link.dataset.nav = "";
    /** @type {HTMLTimeElement} */ (get("time", row)).dateTime = momentOf(sent[at] ?? 0);
    if (!find(".marks", row)) {
      const marks = document.createElement("span");
      marks.className = "marks";
      get(".preview", row).before(marks);
    }
    const rest = cloneTemplate("rest-of-row");
    const box = input("input", rest);
    if (box && mayChoose) {
      box.value = `${uids} ${thread}`.trim();
      box.setAttribute(
        "aria-label",
        say("select", { subject: get(".subject", row).textContent.trim() }),
      );
    } else box?.remove();
    row.prepend(get(".pick", rest));
    row.append(get(".dot", rest));
  }
  return slim;
}

/**
 * Numbers of which each stands as the difference to the one before it.
 * @param {string} differences
 */
export function sums(differences) {
  let sum = 0;
  return differences.split(" ").map((each) => {
    sum += Number(each);
    return sum;
  });
}

/** @param {number} minutes since the epoch */
export const momentOf = (minutes) => `${new Date(minutes * 60_000).toISOString().slice(0, 16)}Z`;

/**
 * When a row says only the day, pointing at it says more.
 * @param {Event} event
 */
export function showMoment(event) {
  const time = event.target instanceof Element ? event.target.closest(".row time") : null;
  if (!(time instanceof HTMLTimeElement) || time.title) return;
  const style = /** @type {const} */ ({ dateStyle: "full", timeStyle: "short" });
  const { lang } = document.documentElement;
  time.title = new Date(time.dateTime).toLocaleString(`${lang}-u-nu-latn`, style);
}
