// Files with mail: sent in pieces that go on after a cut, and how far the server is with them.

import { find, findAll, get, input } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { sizeText } from "../pages/size.js";
import { say } from "../pages/words.js";

const LOOK = 1000; // ms between two questions how far it is
const WAIT = 2000; // ms before a piece is tried again
const LONGEST_WAIT = 30_000;

/**
 * @typedef {object} News
 * @property {string} key
 * @property {string} state
 * @property {number} received octets that the server has
 * @property {number} size
 * @property {number} done messages
 * @property {number} total
 * @property {boolean} final
 * @property {string} text
 * @property {string} piece where octets are sent to
 * @property {string} follow where it is asked how far it is
 */

export function followTransfers() {
  const box = find("[data-transfer]");
  if (!box) return;
  for (const row of findAll("[data-follow]", box)) follow(row);
  const form = /** @type {HTMLFormElement} */ (get("[data-import]", box));
  form.addEventListener("submit", (event) => {
    const files = [...(input("[type=file]", form)?.files ?? [])];
    if (!files.length) return; // the server says it
    event.preventDefault();
    bring(form, files);
  });
  takeDropped(form);
  const taken = get("[data-export]", box);
  taken.addEventListener("submit", () => setTimeout(() => location.reload(), 2 * LOOK));
}

/** @param {HTMLFormElement} form */
function takeDropped(form) {
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    form.classList.remove("dropping");
    if (!files.length) return;
    event.preventDefault();
    bring(form, files);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {File[]} files
 */
async function bring(form, files) {
  const leaving = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
  addEventListener("beforeunload", leaving);
  let isWhole = true;
  for (const file of files) isWhole = (await send(form, file)) && isWhole;
  removeEventListener("beforeunload", leaving);
  if (isWhole) location.reload();
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @returns {Promise<boolean>} whether the server has all of it
 */
async function send(form, file) {
  const news = get("[data-news]", form);
  const room = Number(form.dataset.room ?? Number.POSITIVE_INFINITY);
  const { name, size } = file;
  if (size > room) {
    const words = say("tooLarge", { name, size: sizeText(size), room: sizeText(room) });
    if (!confirm(words)) return false;
  }
  const body = new FormData(form);
  body.delete("files");
  body.set("name", name);
  body.set("size", String(size));
  let failures = 0;
  /** @type {News | null} */
  let at = null;
  while (!at || at.received < size) {
    const percent = Math.floor((100 * (at?.received ?? 0)) / Math.max(1, size));
    news.textContent = say("sending", { name, percent });
    try {
      const answer = at
        ? await post(`${at.piece}?offset=${at.received}`, slice(form, file, at.received))
        : await post(form.action, body);
      if (answer.words.text && !answer.words.key) {
        news.textContent = say("refused", { name, words: answer.words.text });
        return false;
      }
      if (!answer.words.key) throw new Error(String(answer.status));
      if (answer.words.state !== "receiving") return true;
      at = /** @type {News} */ (answer.words);
      failures = 0;
    } catch {
      failures += 1;
      news.textContent = say("goesOn", { name });
      await rest(Math.min(WAIT * 2 ** (failures - 1), LONGEST_WAIT));
    }
  }
  return true;
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {number} offset
 */
const slice = (form, file, offset) => file.slice(offset, offset + Number(form.dataset.piece));

/**
 * @param {string} address
 * @param {FormData | Blob} body
 */
async function post(address, body) {
  /** @type {Record<string, string>} */
  const headers = { "X-Pane": "form", "X-CSRFToken": formToken() ?? "" };
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  const answer = await fetch(address, { method: "POST", body, headers });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  return { status: answer.status, words: isJson ? await answer.json() : {} };
}

/** @param {number} wait in ms */
const rest = (wait) => new Promise((done) => setTimeout(done, wait));

/**
 * Ask how far it is until it has ended.
 * @param {HTMLElement} row
 */
async function follow(row) {
  for (;;) {
    await rest(LOOK);
    try {
      const answer = await fetch(row.dataset.follow ?? "", { headers: { "X-Pane": "form" } });
      if (!answer.ok) return;
      const news = /** @type {News} */ (await answer.json());
      get("[data-text]", row).textContent = news.text;
      const bar = /** @type {HTMLProgressElement | null} */ (find("[data-bar]", row));
      if (bar) {
        bar.max = news.total || news.size || 1;
        bar.value = news.total ? news.done : news.received;
        bar.hidden = news.final;
      }
      if (news.final) return;
    } catch {
      // no link: it is asked again
    }
  }
}
