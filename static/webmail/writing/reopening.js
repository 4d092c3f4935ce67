// Which forms this tab has open, and what it has sent lately, so that a reload shows them again.

import { accountOfPage } from "./store.js";

/**
 * @typedef {object} OpenForm
 * @property {string} url
 * @property {string} shape folded, full or docked
 */

/**
 * @template T
 * @param {string} name
 * @returns {T[]} what this tab keeps for who is signed in
 */
function read(name) {
  try {
    const { account, list } = JSON.parse(sessionStorage.getItem(name) ?? "{}");
    return account === accountOfPage() && Array.isArray(list) ? list : [];
  } catch {
    return []; // no store, or not ours
  }
}

/**
 * @param {string} name
 * @param {object[]} list
 */
function write(name, list) {
  try {
    if (list.length)
      sessionStorage.setItem(name, JSON.stringify({ account: accountOfPage(), list }));
    else sessionStorage.removeItem(name);
  } catch {
    // no room: a reload shows them under "a message that you wrote is not sent"
  }
}

/** @returns {OpenForm[]} */
export const openForms = () => read("writers");

/** @param {OpenForm[]} list */
export const noteOpenForms = (list) => write("writers", list);

/** @typedef {import("./sending.js").Sending & { until: number, subject: string }} Underway */

/** @returns {Underway[]} */
export const underWay = () => read("sending");

/** @param {Underway[]} list */
export const noteUnderWay = (list) => write("sending", list);
