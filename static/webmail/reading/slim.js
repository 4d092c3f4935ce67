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
  const { versions = "" } = get("#pager", came).dataset;
  const base = new URL(listAddress());
  const mayChoose = rows().length === 0 || find("#rows .pick input") !== null;
  for (const [at, row] of slim.entries()) {
    if (versions) row.dataset.version = versions.slice(at * VERSION, (at + 1) * VERSION);
    const uid = row.id.slice(1);
    row.dataset.uid = uid;
    const link = /** @type {HTMLAnchorElement} */ (get(".open", row));
    const { version, uids = uid, thread = "" } = row.dataset;
    link.href = `${base.pathname}${uid}/${version ? "conversation/" : ""}${base.search}`;
    link.dataset.nav = "";
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
