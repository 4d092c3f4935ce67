// Coming back: the form has a name in its address, and the browser has what stood in it.

import { find, get, input, inputs } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { addPart, newParts } from "./chips.js";
import { findSpot, spot } from "./spots.js";
import { accountOfPage, forget, keep, readAll } from "./store.js";

const FORGOTTEN = new Set(["hidden", "file", "submit"]);
const VOLATILE = [
  "csrfmiddlewaretoken",
  "once",
  "replaces",
  "again",
  "files",
  "rich",
  "picture",
  "pictures",
];
const LOCKED = 1500; // ms that the page before this one may take to go

/** @type {Map<string, () => void>} what ends the lock of a form, by its name */
const locks = new Map();

/** @param {string} token */
export const lockName = (token) => `form ${token}`;

/** @param {HTMLFormElement} form */
export const nameOf = (form) => input("[name=once]", form)?.value ?? "";

/**
 * Files of this device that the server has not, or not all of: chosen, or on their way.
 * @param {HTMLFormElement} form
 */
export const filesOf = (form) => [
  ...(input("[name=files]", form)?.files ?? []),
  ...inputs("[data-unfinished]", form).map((one) => ({ name: one.value, size: 0 })),
];

/**
 * What would be saved of it, to be compared.
 * @param {HTMLFormElement} form
 */
export function content(form) {
  const data = new FormData(form);
  for (const name of VOLATILE) data.delete(name);
  return JSON.stringify([...data].map(([name, value]) => [name, String(value)]));
}

/**
 * Where the form can be opened again: of one in a window that is not the address of the page.
 * @param {HTMLFormElement} form
 */
export const addressOf = (form) => form.dataset.page ?? location.pathname + location.search;

/** @param {HTMLFormElement} form */
export function putNameIntoAddress(form) {
  const address = new URL(addressOf(form), location.href);
  address.searchParams.set("form", nameOf(form));
  if (form.dataset.page) form.dataset.page = address.pathname + address.search;
  else history.replaceState(history.state, "", address);
}

/**
 * @param {HTMLFormElement} form
 * @param {object} how
 * @param {boolean} [how.saved] whether the server has it
 * @param {boolean} [how.left] whether the page is being left
 * @param {boolean} [how.isNewer] whether it has words that what was sent has not
 */
export function remember(form, { saved = false, left = false, isNewer = false }) {
  const all = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const fields = all.filter((one) => one.name && !FORGOTTEN.has(one.type));
  return keep({
    account: accountOfPage(),
    form: nameOf(form),
    url: addressOf(form),
    fields: fields.map((one) => [one.name, one.value, one.checked ?? null]),
    files: filesOf(form).map((file) => file.name),
    parts: newParts(form),
    saved,
    left: left && saved,
    isNewer,
    at: Date.now(),
  });
}

/** @param {HTMLFormElement} form */
export const forgetForm = (form) => forget(accountOfPage(), nameOf(form)).catch(() => {});

/**
 * Put back what stood in the form, if the browser has it.
 * @param {HTMLFormElement} form
 * @returns {Promise<boolean>} whether the server has all that is in the form now
 */
export async function recall(form) {
  const name = nameOf(form);
  if (!name) return true;
  const isOurs = await lock(name);
  const all = await readAll(accountOfPage()).catch(() => []);
  const written = all.find((one) => one.form === name);
  if (!isOurs) beAnother(form);
  putNameIntoAddress(form);
  if (!written) return true;
  if (findSpot(form, "sent-already") && !written.isNewer) {
    forgetForm(form);
    return true;
  }
  for (const part of written.parts ?? []) addPart(form, part);
  fill(form, written.fields);
  if (written.files.length) sayMissing(form, written.files);
  return written.saved && isOurs;
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string, boolean | null][]} fields
 */
function fill(form, fields) {
  for (const [name, value, checked] of fields) {
    for (const one of inputs(`[name="${CSS.escape(name)}"]`, form)) {
      const isTicked = one.type === "checkbox" || one.type === "radio";
      if (!isTicked) one.value = value;
      else if (one.value === value) one.checked = Boolean(checked);
      if (isTicked ? one.checked : one.value) one.closest("details")?.setAttribute("open", "");
    }
  }
  recallText(form, fields);
}

/**
 * The text was written as HTML or plain, and is so again, whatever the server began with.
 * @param {HTMLFormElement} form
 * @param {[string, string, boolean | null][]} fields
 */
function recallText(form, fields) {
  const kept = fields.find(([name]) => name === "html") ?? fields.find(([name]) => name === "text");
  const box = find("[data-editor]", form);
  if (!kept || !box) return;
  const [name, value] = kept;
  /** @type {HTMLTextAreaElement} */ (get(`[data-area="${name}"]`, box)).value = value;
  box.dataset.recalled = name;
  form.dispatchEvent(new Event("recall"));
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} names
 */
function sayMissing(form, names) {
  const place = spot(form, "attach-again");
  place.hidden = false;
  get("span", place).textContent = say("attachAgain", { names: names.join(", ") });
}

/**
 * A form is written in one window: a second window with the same address has a form of its own.
 * @param {string} name
 * @returns {Promise<boolean>}
 */
function lock(name) {
  if (!navigator.locks) return Promise.resolve(true); // not on a page without TLS
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(LOCKED);
    navigator.locks
      .request(lockName(name), { signal }, () => {
        resolve(true);
        return new Promise((end) => locks.set(name, () => end(undefined))); // while it is open
      })
      .catch(() => resolve(false));
  });
}

/**
 * The form is not open any more: it may be opened again.
 * @param {HTMLFormElement} form
 */
export function unlock(form) {
  locks.get(nameOf(form))?.();
  locks.delete(nameOf(form));
}

/** @param {HTMLFormElement} form */
function beAnother(form) {
  const once = input("[name=once]", form);
  if (once) once.value = form.dataset.spare ?? "";
  lock(nameOf(form));
}
