// Sending without leaving: whatever goes wrong, all that was sizeText is still here, files too.

import { find, findAll, get, input, inputs } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";
import { filesOf, nameOf, putNameIntoAddress } from "./memory.js";
import { spot } from "./spots.js";

const UNCHECKED = 500_000; // octets that are sent before one knows that the session goes on

/**
 * @typedef {object} Problem
 * @property {string} text
 * @property {string} field that is wrong
 * @property {string} once the new name of the form
 * @property {string[]} gone parts that the server has no more
 * @property {string} replaces where its draft is
 */

/**
 * @typedef {object} Done what the server says once it is done
 * @property {string} goal the address that tells of it
 * @property {string} [text] what is said of it in place
 * @property {Sending} [sending] of what is to be sent
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
 */

/** A page of its own, which is left for the next one. @type {Host} */
export const PAGE = {
  pane: "form",
  begin() {},
  fail() {},
  end: ({ goal }) => location.assign(goal),
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
    const what = /** @type {HTMLButtonElement} */ (event.submitter)?.value ?? "";
    spot(form, "saved").textContent = say("aMoment");
    host.begin(what);
    // What is thrown away goes to the trash, with its last words.
    if (what === "discard") await autosave.save();
    await autosave.settle();
    const name = nameOf(form);
    const done = await send(form, event.submitter, host.pane).catch(() => {
      complain(form, say("noConnection"));
    });
    isBusy = false;
    if (done) {
      await autosave.end();
      host.end(done);
      return;
    }
    host.fail();
    spot(form, "saved").textContent = "";
    if (nameOf(form) !== name) await autosave.revive(name);
    autosave.resume();
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @param {string} pane
 * @returns {Promise<Done | null>} null when it was not done, and the form says why
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
  const wrong = field ? find(`[name="${CSS.escape(field)}"]:not([type=hidden])`, form) : null;
  wrong?.closest("details")?.setAttribute("open", "");
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.focus();
  const place = input("[name=replaces]", form);
  if (place) place.value = replaces;
  rename(form, once);
  for (const box of inputs('[name="kept"]', form)) {
    if (gone.includes(box.value)) box.closest("li")?.remove();
  }
  return null;
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
