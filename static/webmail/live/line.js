// The line above the list: what the link to the server is like.

import { find, get, icon } from "../pages/dom.js";
import { numberText, say, sayOf } from "../pages/words.js";

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
    `<button class="tool" type="button">${icon("close")}</button></div>`;
  get("button", place).setAttribute("aria-label", say("dismiss"));
  get("span", place).textContent = text;
  const box = get(".link", place);
  find("button", place)?.addEventListener("click", () => box.remove());
  if (goes) setTimeout(() => box.remove(), SHOWN);
}

/** @param {string} key of the words that say what is the matter */
export const showTrouble = (key) => showLine(say(key), "offline");

/**
 * @param {number} count of changes
 * @param {number} octets that it took
 */
export function showBack(count, octets) {
  const values = { octets: numberText(octets) };
  showLine(count ? sayOf("back", count, values) : say("nothingNew", values), "check", true);
}
