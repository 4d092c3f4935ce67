// The line above the list: what the link to the server is like.

import { find, get, icon } from "../pages/dom.js";

const SHOWN = 8000; // ms

/**
 * @param {string} text
 * @param {string} symbol
 * @param {boolean} [goes] by itself, after a while
 */
export function showLine(text, symbol, goes = false) {
  const place = get("#link");
  place.innerHTML =
    `<div class="link">${icon(symbol)}<span></span>` +
    `<button class="tool" type="button" aria-label="Dismiss">${icon("close")}</button></div>`;
  get("span", place).textContent = text;
  const box = get(".link", place);
  find("button", place)?.addEventListener("click", () => box.remove());
  if (goes) setTimeout(() => box.remove(), SHOWN);
}

/** @param {string} what is the matter */
export const showTrouble = (what) =>
  showLine(`${what} What is on this page can still be read.`, "offline");

/**
 * @param {number} count of changes
 * @param {number} octets that it took
 */
export function showBack(count, octets) {
  const what = count ? `${count} change${count === 1 ? "" : "s"}` : "nothing changed";
  showLine(`Back online, ${what}, ${octets.toLocaleString("en")} bytes.`, "check", true);
}
