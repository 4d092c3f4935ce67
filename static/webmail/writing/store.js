// What is being written, kept by this browser for each account, until it is sent or one signs out.

const NAME = "lemonade";
const STORE = "forms";
const KEPT = 30 * 86_400_000; // ms

/**
 * @typedef {object} Written a form as it was when somebody last paused
 * @property {string} account
 * @property {string} form its token
 * @property {string} url of its page
 * @property {[string, string, boolean | null][]} fields name, value, whether it is ticked
 * @property {string[]} files names of the files, which are not kept
 * @property {boolean} saved the server has it
 * @property {boolean} left somebody left the page, and the server has it
 * @property {number} at
 */

/** @type {Promise<IDBDatabase> | null} */
let opening = null;
/** @type {IDBDatabase | null} */
let database = null;

export function openStore() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () =>
      asked.result.createObjectStore(STORE, { keyPath: ["account", "form"] });
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
 * @returns {Promise<void>}
 */
function write(store, job) {
  return new Promise((resolve, reject) => {
    const step = store.transaction(STORE, "readwrite", { durability: "strict" });
    step.oncomplete = () => resolve();
    step.onabort = () => reject(step.error);
    job(step.objectStore(STORE));
    step.commit(); // a page that is being left waits for nothing
  });
}

/** @param {Written} written */
export async function keep(written) {
  const store = database ?? (await openStore());
  await write(store, (forms) => forms.put(written));
}

/**
 * @param {string} account
 * @returns {Promise<Written[]>} the newest first
 */
export async function readAll(account) {
  const store = database ?? (await openStore());
  const range = IDBKeyRange.bound([account], [account, []]);
  /** @type {Written[]} */
  const found = await new Promise((resolve, reject) => {
    const asked = store.transaction(STORE).objectStore(STORE).getAll(range);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return found.filter(({ at }) => Date.now() - at < KEPT).sort((a, b) => b.at - a.at);
}

/**
 * @param {string} account
 * @param {string} [form] its token; without one, all that the account has
 */
export async function forget(account, form) {
  const store = database ?? (await openStore());
  const range = IDBKeyRange.bound([account], [account, []]);
  await write(store, (forms) => forms.delete(form ? [account, form] : range));
}

/** Whose page this is. */
export const accountOfPage = () => document.getElementById("account")?.dataset.address ?? "";

/** Nothing of who signs out stays in this browser. */
export function forgetAtSignOut() {
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, 1000));
    await Promise.race([forget(accountOfPage()).catch(() => {}), late]);
    form.submit();
  });
}
