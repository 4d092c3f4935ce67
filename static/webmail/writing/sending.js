// Sending without leaving: whatever goes wrong, all that was sizeText is still here, files too.

import { find, findAll, get, input, inputs } from "../pages/dom.js";
import { ask } from "../pages/question.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";
import { filesOf, nameOf, putNameIntoAddress } from "./memory.js";
import { spot } from "./spots.js";
import { letWait } from "./waiting.js";

const UNCHECKED = 500_000; // octets that are sent before one knows that the session goes on

/**
 * @typedef {object} Problem
 * @property {string} text
 * @property {string} field that is wrong
 * @property {string} once the new name of the form
 * @property {string[]} gone parts that the server has no more
 * @property {string} replaces where its draft is
 * @property {string[]} questions what is asked before it goes out
 */

/**
 * @typedef {object} Done what the server says once it is done
 * @property {string} goal the address that tells of it
 * @property {string} [text] what is said of it in place
 * @property {Sending} [sending] of what is to be sent
 */

/**
 * @typedef {Problem & { goal?: undefined }} Questions to be answered before it goes out
 */

/**
 * @typedef {object} Sending
 * @property {string} url of what becomes of it
 * @property {string} undo where it is taken back
 * @property {number} seconds in which it can be
 */

/**
 * @typedef {object} Host what the form stands in
 * @property {string} pane how it asks
 * @property {(what: string) => void} begin what a button does has begun
 * @property {() => void} fail it was not done: the form says why
 * @property {(done: Done) => void} end it is done
 * @property {() => void} wait it goes out once there is a link
 */

/** A page of its own, which is left for the next one. @type {Host} */
export const PAGE = {
  pane: "form",
  begin() {},
  fail() {},
  end: ({ goal }) => location.assign(goal),
  wait() {
    get("form.compose").hidden = true;
  },
};

/**
 * @param {HTMLFormElement} form
 * @param {import("./autosave.js").Autosave} autosave
 * @param {Host} host
 */
export function sendBy(form, autosave, host) {
  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const submitter = chooseTime(form, event.submitter);
    const what = submitter?.value ?? "";
    spot(form, "saved").textContent = say("aMoment");
    host.begin(what);
    // What is thrown away goes to the trash, with its last words.
    if (what === "discard") await autosave.save();
    await autosave.settle();
    const name = nameOf(form);
    let isCut = false;
    const done = await send(form, submitter, host.pane).catch(() => {
      isCut = true;
    });
    if (isCut && what === "send" && (await waitForLink(form, submitter, autosave, host))) return;
    if (isCut) complain(form, say("noConnection"));
    isBusy = false;
    if (done?.goal) {
      await autosave.end();
      host.end(done);
      return;
    }
    host.fail();
    spot(form, "saved").textContent = "";
    if (nameOf(form) !== name) await autosave.revive(name);
    autosave.resume();
    if (done && "questions" in done) askOnce(form, submitter, done);
  });
}

/**
 * A window closes, and what was in it goes out by itself once there is a link. A page of its own
 * stays where a server may have taken it: what is written there goes on.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {import("./autosave.js").Autosave} autosave
 * @param {Host} host
 * @returns {Promise<boolean>} whether it does
 */
async function waitForLink(form, submitter, autosave, host) {
  if (host === PAGE && navigator.onLine) return false;
  if (!input("[name=subject]", form)?.value.trim()) {
    const words = { title: say("askTitle"), yes: say("sendAnyway"), no: say("changeIt") };
    if (!(await ask({ ...words, lines: [say("emptySubject")] }))) return false;
  }
  try {
    await letWait(form, submitter, !autosave.isDirty);
  } catch {
    return false; // no room: it stays in the form
  }
  autosave.isOver = true;
  host.wait();
  return true;
}

/**
 * A button that names a time fills in the field for it, and sends.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} pressed
 * @returns {HTMLButtonElement | null} what sends
 */
function chooseTime(form, pressed) {
  const button = /** @type {HTMLButtonElement | null} */ (pressed);
  const field = input("[name=later]", form);
  if (!field || !button?.value.startsWith("later.")) return button;
  field.value = button.value.slice("later.".length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return /** @type {HTMLButtonElement} */ (get('.send [value="send"]', form));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} submitter
 * @param {Questions} asked
 */
async function askOnce(form, submitter, { questions, field }) {
  const words = { title: say("askTitle"), yes: say("sendAnyway"), no: say("changeIt") };
  if (await ask({ ...words, lines: questions })) form.requestSubmit(submitter);
  else focusField(form, field);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {string} pane
 * @returns {Promise<Done | Questions | null>} null when it was not done, and the form says why
 */
async function send(form, submitter, pane) {
  const token = formToken();
  const place = input("[name=csrfmiddlewaretoken]", form);
  if (token && place) place.value = token;
  const headers = { "X-Pane": pane };
  const { unsent = "", login = "" } = form.dataset;
  if (heft(form) > UNCHECKED) {
    const still = await fetch(unsent, { method: "HEAD", headers, redirect: "manual" });
    if (still.status === 401) return askToSignIn(form, login);
  }
  const body = new FormData(form, submitter);
  const answer = await fetch(form.action, { method: "POST", body, headers });
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const words = isJson ? await answer.json() : {};
  if (words.login) return askToSignIn(form, words.login);
  if (words.problem?.questions.length) return words.problem;
  if (words.problem) return show(form, words.problem);
  if (words.goal) return words;
  complain(
    form,
    words.text ? `${words.text} ${say("stillHere")}` : say("failed", { status: answer.status }),
  );
  return null;
}

/** @param {HTMLFormElement} form */
const heft = (form) => filesOf(form).reduce((sum, file) => sum + file.size, 0);

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {string} [login] the address to sign in at, in a new tab
 */
function complain(form, text, login) {
  const problem = spot(form, "problem");
  problem.hidden = false;
  const words = get("span", problem);
  words.textContent = text;
  if (login) {
    const link = document.createElement("a");
    words.append(
      " ",
      Object.assign(link, { href: login, textContent: say("signIn"), target: "_blank" }),
    );
  }
  problem.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} login
 */
function askToSignIn(form, login) {
  complain(form, say("ended"), login);
  return null;
}

/**
 * @param {HTMLFormElement} form
 * @param {Problem} problem
 */
function show(form, { text, field, once, gone, replaces }) {
  complain(form, text);
  for (const old of findAll("[aria-invalid]", form)) old.removeAttribute("aria-invalid");
  focusField(form, field)?.setAttribute("aria-invalid", "true");
  const place = input("[name=replaces]", form);
  if (place) place.value = replaces;
  rename(form, once);
  for (const box of inputs('[name="kept"]', form)) {
    if (gone.includes(box.value)) box.closest("li")?.remove();
  }
  return null;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} field
 */
function focusField(form, field) {
  const found = field ? find(`[name="${CSS.escape(field)}"]:not([type=hidden])`, form) : null;
  found?.closest("details")?.setAttribute("open", "");
  found?.focus();
  return found;
}

/**
 * The form is another one from now on, so that what is mended is no second copy of what went wrong.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function rename(form, name) {
  const once = input("[name=once]", form);
  if (!once || once.value === name) return;
  once.value = name;
  if (!input("[name=again]", form)) {
    const again = document.createElement("input");
    form.append(Object.assign(again, { type: "hidden", name: "again", value: "1" }));
  }
  putNameIntoAddress(form);
}
