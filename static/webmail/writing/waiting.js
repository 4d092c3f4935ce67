// What was sent without a link waits in this browser. It goes by itself once there is one, exactly
// once: the server knows the form by its name. Until then it can be taken back.

import { element, findAll, get, icon, input } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { nameOf, remember } from "./memory.js";
import { followSending, openWriterAt } from "./outcome.js";
import { accountOfPage, forget, forgetWaiting, keepWaiting, readWaiting } from "./store.js";

const FIRST_WAIT = 3000; // ms until it is tried again
const LONGEST_WAIT = 60_000;
const GROWTH = 1.6;
const OLDEST = 25 * 86_400_000; // ms; the server knows forms for 30 days
const LOCK = "waiting messages";
const AGAIN = new Set([401, 403, 408, 409, 425, 429]); // of a server that may take it later

/** @typedef {import("./store.js").Waiting} Waiting */

/** @type {Map<string, HTMLElement>} what tells of each, by the name of its form */
const lines = new Map();
const others = new BroadcastChannel("waiting");
let wait = FIRST_WAIT;
let timer = 0;
let hasBegun = false;

/**
 * It is kept on the disk once the promise is fulfilled.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {boolean} isSaved whether the server has it as a draft
 */
export async function letWait(form, submitter, isSaved) {
  const fields = [...new FormData(form, submitter)].filter(
    ([name, value]) =>
      name !== "csrfmiddlewaretoken" && (typeof value === "string" || value.size > 0),
  );
  await keepWaiting({
    account: accountOfPage(),
    form: nameOf(form),
    url: form.dataset.page ?? location.pathname + location.search,
    action: form.action,
    fields,
    subject: input("[name=subject]", form)?.value ?? "",
    at: Date.now(),
  });
  await remember(form, { saved: isSaved, left: true });
  others.postMessage("");
  startWaiting();
}

/** What waits is shown, and tried now and whenever there may be a link again. */
export async function startWaiting() {
  wait = FIRST_WAIT;
  if (!hasBegun) {
    hasBegun = true;
    addEventListener("online", sendWaiting);
    others.addEventListener("message", showWaiting);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && lines.size) sendWaiting();
    });
  }
  await showWaiting();
  await sendWaiting();
}

const waitingHere = () => readWaiting(accountOfPage()).catch(() => []);

async function showWaiting() {
  const all = await waitingHere();
  const names = new Set(all.map((one) => one.form));
  for (const [name, line] of lines) if (!names.has(name)) drop(name, line);
  for (const one of all) if (!lines.has(one.form)) show(one, say("waits"));
}

/**
 * @param {string} name
 * @param {HTMLElement} line
 */
function drop(name, line) {
  line.remove();
  lines.delete(name);
}

/**
 * @param {Waiting} one
 * @param {string} text
 */
function show(one, text) {
  const line =
    lines.get(one.form) ??
    element('<div class="toast" data-stays role="status"><span></span></div>');
  lines.set(one.form, line);
  get("span", line).textContent = one.subject ? `${text} (${one.subject.slice(0, 60)})` : text;
  for (const old of findAll("button, a", line)) old.remove();
  const button = element(`<button type="button">${icon("undo")}<span></span></button>`);
  get("span", button).textContent = say("takeBack");
  button.addEventListener("click", () => takeBack(one));
  line.append(button);
  get("#toasts").append(line);
  return line;
}

/**
 * One page alone sends or takes back.
 * @param {() => Promise<void>} job
 * @param {boolean} [isPatient] whether it waits for another one
 */
async function alone(job, isPatient = false) {
  if (!navigator.locks) return job(); // not on a page without TLS; the server sends it once
  await navigator.locks.request(LOCK, { ifAvailable: !isPatient }, async (lock) => {
    if (lock) await job();
  });
}

async function sendWaiting() {
  clearTimeout(timer);
  await alone(async () => {
    for (const one of (await waitingHere()).reverse()) await send(one);
  });
  await showWaiting();
  if (!(await waitingHere()).length) return;
  wait = Math.min(wait * GROWTH, LONGEST_WAIT);
  clearTimeout(timer);
  timer = setTimeout(sendWaiting, wait);
}

/** @param {Waiting} one */
async function send(one) {
  if (Date.now() - one.at > OLDEST) return giveBack(one, say("waitedTooLong"));
  const body = new FormData();
  for (const [name, value] of one.fields) body.append(name, value);
  body.set("waited", "1");
  body.set("csrfmiddlewaretoken", formToken() ?? "");
  const headers = { "X-Pane": "window" };
  const answer = await fetch(one.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer) return;
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const words = isJson ? await answer.json().catch(() => ({})) : {};
  if (words.goal) return end(one, words);
  if (words.login) return askToSignIn(one, words.login);
  const isRefused = answer.status >= 400 && answer.status < 500 && !AGAIN.has(answer.status);
  if (words.problem || isRefused) {
    await giveBack(one, words.problem?.text ?? words.text ?? say("failedInQueue"));
  }
}

/**
 * @param {Waiting} one
 * @param {import("./sending.js").Done} done
 */
async function end(one, { sending, text }) {
  await forgetWaiting(one.account, one.form);
  await forget(one.account, one.form);
  others.postMessage("");
  const line = lines.get(one.form);
  if (line) drop(one.form, line);
  if (sending) followSending({ ...sending, subject: one.subject });
  else if (text) toast(text);
}

/**
 * @param {Waiting} one
 * @param {string} login
 */
function askToSignIn(one, login) {
  const line = show(one, say("waitsForSignIn"));
  const link = document.createElement("a");
  link.className = "button";
  line.append(Object.assign(link, { href: login, textContent: say("signIn") }));
}

/**
 * It can't go out as it is, and is written again.
 * @param {Waiting} one
 * @param {string} text
 */
async function giveBack(one, text) {
  await forgetWaiting(one.account, one.form);
  others.postMessage("");
  tellWithEdit(one, text);
}

/**
 * @param {Waiting} one
 * @param {string} text
 */
function tellWithEdit(one, text) {
  const line = show(one, text);
  lines.delete(one.form); // it stays until somebody is at it
  line.setAttribute("role", "alert");
  const button = element(`<button type="button">${icon("write")}<span></span></button>`);
  get("span", button).textContent = say("edit");
  button.addEventListener("click", () => {
    if (navigator.onLine) line.remove(); // else there is no form to open
    openWriterAt(one.url);
  });
  get("button", line).replaceWith(button);
}

/** @param {Waiting} one */
async function takeBack(one) {
  await alone(async () => {
    if (!(await waitingHere()).some(({ form }) => form === one.form)) return; // it went meanwhile
    await forgetWaiting(one.account, one.form);
    others.postMessage("");
    if (navigator.onLine) openWriterAt(one.url);
    else tellWithEdit(one, say("takenBack"));
  }, true);
  await showWaiting();
}
