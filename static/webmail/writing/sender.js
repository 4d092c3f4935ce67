// When From changes, the signature and the usual blind copy of the one address take the place of
// the other's. What somebody has changed by hand stays as it is.

import { find, input } from "../pages/dom.js";
import { textFieldOf } from "./editor/field.js";

/**
 * @typedef {object} Settled what holds for an address
 * @property {string} text its signature
 * @property {string} html
 * @property {string} bcc
 */

/** @param {HTMLFormElement} form */
export function followSender(form) {
  const chosen = /** @type {HTMLSelectElement | null} */ (find("select[name=sender]", form));
  if (!chosen) return;
  let before = chosen.value;
  let line = Promise.resolve(); // one change after the other
  chosen.addEventListener("change", () => {
    const after = chosen.value;
    line = line
      .then(() => ask(chosen.dataset.settings ?? "", before, after))
      .then((settled) => {
        before = after;
        if (settled) change(form, settled.before, settled.after);
      })
      .catch(() => {}); // no link: the words stay as they are
  });
}

/**
 * @param {string} address
 * @param {string} before
 * @param {string} after
 * @returns {Promise<{before: Settled, after: Settled} | null>}
 */
async function ask(address, before, after) {
  const query = new URLSearchParams({ before, after });
  const answer = await fetch(`${address}?${query}`, { headers: { "X-Pane": "form" } });
  return answer.ok ? answer.json() : null;
}

/**
 * @param {HTMLFormElement} form
 * @param {Settled} before
 * @param {Settled} after
 */
function change(form, before, after) {
  textFieldOf(form)?.replaceSignature(before, after);
  const bcc = input("[name=bcc]", form);
  if (bcc) put(bcc, withCopies(bcc.value, before.bcc, after.bcc));
  if (bcc?.value) bcc.closest("details")?.setAttribute("open", "");
}

/**
 * @param {HTMLInputElement} field
 * @param {string} value
 */
function put(field, value) {
  if (field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Recipients without the copies of the one address, and with those of the other.
 * @param {string} typed
 * @param {string} before
 * @param {string} after
 */
export function withCopies(typed, before, after) {
  let rest = typed.trim().replace(/,$/, "");
  if (before && rest === before) rest = "";
  else if (before && rest.endsWith(`, ${before}`)) rest = rest.slice(0, -before.length - 2);
  return [rest, rest.includes(after) ? "" : after].filter(Boolean).join(", ");
}
