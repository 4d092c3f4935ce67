// What is being written, kept by this browser for each account, until it is sent or one signs out.

import { ask } from "../pages/question.js";
import { say, sayOf } from "../pages/words.js";

const NAME = "lemonade";
const STORE = "forms";
const WAITING = "waiting";
const KEPT = 30 * 86_400_000; // ms

/**
 * @typedef {object} Written a form as it was when somebody last paused
 * @property {string} account
 * @property {string} form its token
 * @property {string} url of its page
 * @property {[string, string, boolean | null][]} fields name, value, whether it is ticked
 * @property {string[]} files names of the files, which are not kept
 * @property {import("./chips.js").Part[]} [parts] what goes along and no draft has yet
 * @property {boolean} saved the server has it
 * @property {boolean} left somebody left the page, and the server has it
 * @property {boolean} [isNewer] it has words that what was sent has not
 * @property {number} at
 */

/**
 * @typedef {object} Waiting a form that was sent without a link
 * @property {string} account
 * @property {string} form its token
 * @property {string} url of its page
 * @property {string} action where it is posted
 * @property {[string, FormDataEntryValue][]} fields
 * @property {string} subject
 * @property {number} at
 */

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
/** @type {IDBDatabase | null} */
let database = null;
let signedOutAt = 0; // ms since the page began; 0 while nobody has

export function openStore() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => {
      for (const name of [STORE, WAITING]) {
        if (asked.result.objectStoreNames.contains(name)) continue; // of the version before
        asked.result.createObjectStore(name, { keyPath: ["account", "form"] });
      }
    };
    asked.onsuccess = () => {
      database = asked.result;
      database.onversionchange = () => database?.close();
      resolve(database);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("the store is in use"));
  });
  return opening;
}

/**
 * On the disk, not only in memory, once the promise is fulfilled.
 * @param {IDBDatabase} store
 * @param {(forms: IDBObjectStore) => void} job
 * @param {string} [name]
 * @returns {Promise<void>}
 */
function write(store, job, name = STORE) {
  return new Promise((resolve, reject) => {
    const step = store.transaction(name, "readwrite", { durability: "strict" });
    step.oncomplete = () => resolve();
    step.onabort = () => reject(step.error);
    job(step.objectStore(name));
    step.commit(); // a page that is being left waits for nothing
  });
}

/** @param {Written} written */
export async function keep(written) {
  const store = database ?? (await openStore());
  if (signedOutAt) throw new Error("signed out");
  await write(store, (forms) => forms.put(written));
}

/** @param {string} account */
const rangeOf = (account) => IDBKeyRange.bound([account], [account, []]);

/**
 * @param {string} name
 * @param {string} account
 * @returns {Promise<any[]>} all that it has there
 */
async function readFrom(name, account) {
  const store = database ?? (await openStore());
  return new Promise((resolve, reject) => {
    const asked = store.transaction(name).objectStore(name).getAll(rangeOf(account));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * @param {string} account
 * @returns {Promise<Written[]>} the newest first
 */
export async function readAll(account) {
  /** @type {Written[]} */
  const found = await readFrom(STORE, account);
  return found.filter(({ at }) => Date.now() - at < KEPT).sort((a, b) => b.at - a.at);
}

/**
 * @param {string} account
 * @param {string} [form] its token; without one, all that the account has
 */
export async function forget(account, form) {
  const store = database ?? (await openStore());
  await write(store, (forms) => forms.delete(form ? [account, form] : rangeOf(account)));
}

/** @param {Waiting} waiting */
export async function keepWaiting(waiting) {
  const store = database ?? (await openStore());
  if (signedOutAt) throw new Error("signed out");
  await write(store, (all) => all.put(waiting), WAITING);
}

/**
 * @param {string} account
 * @returns {Promise<Waiting[]>} the newest first
 */
export async function readWaiting(account) {
  /** @type {Waiting[]} */
  const found = await readFrom(WAITING, account);
  return found.sort((a, b) => b.at - a.at);
}

/**
 * @param {string} account
 * @param {string} [form] its token; without one, all that the account has
 */
export async function forgetWaiting(account, form) {
  const store = database ?? (await openStore());
  await write(store, (all) => all.delete(form ? [account, form] : rangeOf(account)), WAITING);
}

/** Whose page this is. */
export const accountOfPage = () => document.getElementById("account")?.dataset.address ?? "";

/**
 * Somebody is signed in: the server took what was posted then.
 * @param {number} begun ms since the page began
 */
export function keepAgain(begun) {
  if (begun > signedOutAt) signedOutAt = 0;
}

/** Another page, or another script of this one, has signed out. */
export function hearSignOut() {
  const others = new BroadcastChannel("sign-out");
  others.addEventListener("message", ({ data }) => {
    if (data === accountOfPage()) signedOutAt = performance.now();
  });
  return others;
}

/**
 * Nothing of who signs out stays in this browser, nor do other pages put it back.
 * @param {() => Promise<void>} [end] ends what keeps it
 */
export function forgetAtSignOut(end) {
  const others = hearSignOut();
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    if (!(await maySignOut())) return;
    await end?.();
    signedOutAt = performance.now();
    others.postMessage(accountOfPage());
    const late = new Promise((resolve) => setTimeout(resolve, 1000));
    const all = [forget(accountOfPage()), forgetWaiting(accountOfPage())];
    await Promise.race([Promise.allSettled(all), late]);
    form.submit();
  });
}

/** What waits for a link would be gone: whoever signs out is told. */
async function maySignOut() {
  const waiting = await readWaiting(accountOfPage()).catch(() => []);
  if (!waiting.length) return true;
  return ask({
    title: sayOf("waitAtSignOut", waiting.length),
    lines: waiting.map(({ subject }) => subject || say("noSubject")),
    yes: say("signOutAnyway"),
    no: say("staySignedIn"),
  });
}
