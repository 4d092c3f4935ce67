// What became of the open message, if it is one's own.

import { element, find } from "../pages/dom.js";

/** @returns {HTMLElement | null} */
const way = () => find("#way");

/** @returns {string} the Message-ID; "" when the open message was not sent from here */
export const messageOfWay = () => way()?.dataset.message ?? "";

/** @param {string} message whose way has changed */
export async function renewWay(message) {
  const address = way()?.dataset.url;
  if (!address) return;
  const answer = await fetch(`${address}?${new URLSearchParams({ message })}`, {
    headers: { "X-Pane": "way" },
  });
  const old = way();
  if (!answer.ok || !old || messageOfWay() !== message) return;
  const fresh = element(await answer.text());
  const wasOpen = find("details", old)?.hasAttribute("open") ?? false;
  find("details", fresh)?.toggleAttribute("open", wasOpen);
  old.replaceWith(fresh);
}
