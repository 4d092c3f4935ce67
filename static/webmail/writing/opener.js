// Links to the form to write in open it in place. What that takes is loaded then.

import { pageData } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { noteOpenForms, noteUnderWay, openForms, underWay } from "./reopening.js";
import { accountOfPage, readWaiting } from "./store.js";

/** @typedef {typeof import("./compose.js")} Writer */

/** @type {Promise<Writer> | null} */
let loading = null;

/** @returns {Promise<Writer>} */
function load() {
  loading ??= import(pageData("writer"));
  loading.catch(() => {
    loading = null; // the next press tries again
  });
  return loading;
}

/** @param {MouseEvent} event */
async function openInPlace(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-writer]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  for (const one of document.querySelectorAll("[popover]:popover-open")) {
    if (one instanceof HTMLElement && one.contains(link)) one.hidePopover();
  }
  link.closest(".toast")?.remove();
  const writer = await load().catch(() => null);
  if (writer) writer.openWriter(link.href, link);
  else toast(say("canBeRead"));
}

export function startWriter() {
  document.addEventListener("click", openInPlace);
  if (openForms().length) load().then((writer) => writer.restoreWriters());
  if (underWay().length) load().then((writer) => writer.resumeOutcomes());
  goOnWaiting();
}

/** What was sent without a link, and waits. */
async function goOnWaiting() {
  const waiting = await readWaiting(accountOfPage()).catch(() => []);
  if (!waiting.length) return;
  const writer = await load().catch(() => null);
  if (writer) writer.startWaiting();
  else addEventListener("online", goOnWaiting, { once: true });
}

/** Whoever writes signs out. */
export async function endWriting() {
  const writer = loading && (await loading.catch(() => null));
  await writer?.leaveWriters();
  noteOpenForms([]);
  noteUnderWay([]);
}
