// What is written is kept by the browser at each pause, and by the server soon after.

import { get, input } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { say } from "../pages/words.js";
import { noteInDraft, tokensOf } from "./chips.js";
import { textFieldOf } from "./editor/field.js";
import { content, filesOf, forgetForm, nameOf, recall, remember, unlock } from "./memory.js";
import { spot } from "./spots.js";
import { accountOfPage, forget, keepAgain } from "./store.js";

const KEEP_AFTER = 300; // ms without a key
const SAVE_AFTER = 2000;
const SAVE_WITHIN = 6000; // ms, however fast somebody types
const ANSWER = 20_000; // ms that the server may take
const FIRST_WAIT = 2000; // ms until it is tried again
const LONGEST_WAIT = 60_000;
const MOST_KEEPALIVE = 60_000; // octets that a browser sends for a page that is gone
const LAST_SAVE = 3000; // ms that signing out waits for it
const SETTLE = 8000; // ms that sending waits for what is being saved

/**
 * @typedef {object} Answer
 * @property {boolean} [saved]
 * @property {string} [replaces]
 * @property {number} [pause] in seconds
 * @property {string} [other] address of the other version
 * @property {boolean} [over] the form was sent
 * @property {string} [text]
 * @property {string} [login]
 */

export class Autosave {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.onServer = content(form); // or what needs no saving
    this.atFirst = this.onServer;
    this.inBrowser = "";
    this.isOver = false; // nothing is kept any more
    this.isClosed = false; // the server takes no more of it: what is newer is kept here
    this.sent = ""; // what the last try to send it took along
    /** @type {Set<string>} */
    this.tries = new Set(); // all that may have been sent
    this.isResting = false; // while the form is being sent
    this.failures = 0;
    this.since = 0; // when the first word was typed that the server has not
    this.kind = "";
    /** @type {Promise<void> | null} */
    this.underWay = null;
    this.keepTimer = 0;
    this.saveTimer = 0;
    this.closing = new AbortController(); // of the form, while its page stays
  }

  async start() {
    const { signal } = this.closing;
    addEventListener("pagehide", () => this.leave(), { signal });
    addEventListener(
      "beforeunload",
      (event) => {
        const isLost = this.isDirty && this.inBrowser !== content(this.form);
        if (!this.isOver && (isLost || filesOf(this.form).length)) event.preventDefault();
      },
      { signal },
    );
    addEventListener("online", () => this.hurry(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "hidden" && this.isDirty) this.keep();
        else if (this.failures) this.hurry();
      },
      { signal },
    );
    this.atFirst = content(this.form);
    const isSaved = await recall(this.form);
    if (isSaved) this.onServer = content(this.form);
    this.form.addEventListener("input", () => this.noteChange());
    this.form.addEventListener("change", () => this.noteChange());
    this.noteChange();
  }

  /** Whether somebody wrote something. */
  get isWritten() {
    return content(this.form) !== this.atFirst || filesOf(this.form).length > 0;
  }

  get isDirty() {
    return content(this.form) !== this.onServer;
  }

  /** Whether there may be words that what was sent has not. */
  get isNewer() {
    const now = content(this.form);
    return (this.isClosed && !this.tries.size) || [...this.tries].some((sent) => sent !== now);
  }

  noteChange() {
    if (this.isOver || !this.isDirty) return;
    clearTimeout(this.keepTimer);
    this.keepTimer = setTimeout(() => this.keep(), KEEP_AFTER);
    if (this.failures || this.isResting || this.isClosed) return;
    this.since ||= Date.now();
    this.schedule(Math.max(0, Math.min(SAVE_AFTER, this.since + SAVE_WITHIN - Date.now())));
  }

  /** @param {number} wait in ms */
  schedule(wait) {
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), wait);
  }

  hurry() {
    if (this.isDirty && !this.isResting) this.schedule(0);
  }

  async keep() {
    const now = content(this.form);
    if (this.isOver || now === this.inBrowser) return;
    await remember(this.form, { isNewer: this.isNewer })
      .then(() => {
        this.inBrowser = now;
      })
      .catch(() => {}); // no room: the server must do
    if (this.isClosed) this.tellClosed();
  }

  async save() {
    if (this.underWay || this.isOver || this.isClosed || this.isResting || !this.isDirty) return;
    this.underWay = this.saveNow().finally(() => {
      this.underWay = null;
    });
    await this.underWay;
    if (!this.isDirty || this.isOver || this.isResting) return;
    const wait = Math.min(FIRST_WAIT * 2 ** (this.failures - 1), LONGEST_WAIT);
    if (this.failures) this.schedule(wait * (0.75 + Math.random() / 2));
    else this.noteChange();
  }

  async saveNow() {
    const now = content(this.form);
    const name = nameOf(this.form);
    const tokens = tokensOf(this.form);
    const begun = performance.now();
    const text = textFieldOf(this.form)?.html.value ?? "";
    this.since = 0;
    /** @type {Answer} */
    let answer = {};
    try {
      const response = await fetch(this.form.dataset.autosave ?? "", {
        method: "POST",
        body: this.body(),
        headers: { "X-Pane": "form" },
        signal: AbortSignal.timeout(ANSWER),
      });
      const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
      answer = isJson ? await response.json() : {};
    } catch {
      // no link
    }
    if (name !== nameOf(this.form)) return; // of the form that this one was
    if (answer.saved) keepAgain(begun);
    if (answer.saved) this.form.dispatchEvent(new CustomEvent("saved", { detail: text }));
    if (answer.over) await this.close();
    else if (answer.saved) {
      noteInDraft(this.form, tokens);
      await this.noteSaved(answer, now);
    } else await this.noteFailure(answer);
  }

  body() {
    const token = formToken();
    const place = input("[name=csrfmiddlewaretoken]", this.form);
    if (token && place) place.value = token;
    const body = new FormData(this.form);
    body.delete("files");
    return body;
  }

  /**
   * @param {Answer} answer
   * @param {string} now what was saved
   */
  async noteSaved(answer, now) {
    this.failures = 0;
    this.onServer = now;
    const replaces = input("[name=replaces]", this.form);
    if (replaces) replaces.value = answer.replaces ?? "";
    if (answer.pause) this.since = Date.now() + answer.pause * 1000;
    if (!this.isDirty) await remember(this.form, { saved: true }).catch(() => {});
    const language = `${document.documentElement.lang}-u-nu-latn`;
    const time = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    this.tell("saved", say("savedAt", { time }));
    if (answer.other) {
      const place = spot(this.form, "elsewhere");
      place.hidden = false;
      get("a", place).setAttribute("href", answer.other);
    }
  }

  /** @param {Answer} answer */
  async noteFailure(answer) {
    this.failures += 1;
    await this.keep();
    const isKept = this.inBrowser === content(this.form);
    const why = answer.text ? `${answer.text} ` : "";
    this.tell("unsaved", why + say(isKept ? "onlyHere" : "nowhere"), answer.login);
  }

  /**
   * Each time for the eye; for who listens, when it is another state.
   * @param {string} kind
   * @param {string} text
   * @param {string} [login] the address to sign in at
   */
  tell(kind, text, login) {
    const files = filesOf(this.form).length ? ` ${say("filesNotKept")}` : "";
    const place = spot(this.form, "draft-state");
    place.textContent = text + files;
    if (login) {
      const link = document.createElement("a");
      Object.assign(link, { href: login, textContent: say("signIn"), target: "_blank" });
      place.append(" ", link);
    }
    if (kind !== this.kind) spot(this.form, "draft-news").textContent = text + files;
    this.kind = kind;
  }

  /** Nothing is saved from now on, and what is under way has ended, or is given up. */
  async settle() {
    this.isResting = true;
    clearTimeout(this.saveTimer);
    await this.keep();
    const late = new Promise((resolve) => setTimeout(resolve, SETTLE));
    await Promise.race([this.underWay, late]);
    this.sent = content(this.form);
    this.tries.add(this.sent);
  }

  /** It was not sent after all. */
  resume() {
    this.isResting = false;
    this.noteChange();
  }

  /**
   * The form has another name, and is a new one for the server.
   * @param {string} old its name before
   */
  async revive(old) {
    if (this.isOver || this.isClosed) this.onServer = "";
    this.isOver = this.isClosed = false;
    this.inBrowser = this.kind = "";
    this.tries.clear();
    this.failures = 0;
    await this.keep();
    if (this.inBrowser) await forget(accountOfPage(), old).catch(() => {});
  }

  /** The server says that the form was sent or thrown away. Words that are newer stay here. */
  async close() {
    this.isClosed = true;
    this.onServer = this.tries.size === 1 ? this.sent : "";
    this.inBrowser = "";
    this.failures = 0;
    if (this.isDirty) return this.keep();
    await forgetForm(this.form);
    this.tellClosed();
  }

  tellClosed() {
    const isKept = this.inBrowser === content(this.form);
    const rest = this.isDirty ? ` ${say(isKept ? "newerHere" : "nowhere")}` : "";
    this.tell(`closed${rest}`, say("sentAlready") + rest);
  }

  /** The form was sent, saved or thrown away from this page, which is being left. */
  async end() {
    this.isOver = true;
    clearTimeout(this.saveTimer);
    clearTimeout(this.keepTimer);
    if (content(this.form) === this.sent) await forgetForm(this.form);
    else await remember(this.form, { isNewer: true }).catch(() => {});
  }

  /** Whoever writes signs out: the server gets the last words, and this browser keeps none. */
  async signOut() {
    clearTimeout(this.saveTimer);
    clearTimeout(this.keepTimer);
    const late = new Promise((resolve) => setTimeout(resolve, LAST_SAVE));
    await Promise.race([this.save(), late]);
    this.isOver = true;
    clearTimeout(this.saveTimer);
    clearTimeout(this.keepTimer);
  }

  /**
   * The form is about to be closed while its page stays.
   * @returns {Promise<boolean>} whether the server has all of it; else this browser has
   */
  async leaveOpenPage() {
    await this.keep();
    const late = new Promise((resolve) => setTimeout(resolve, SETTLE));
    await Promise.race([this.underWay ?? this.save(), late]);
    if (this.isDirty && !this.failures) await Promise.race([this.save(), late]);
    const isSaved = !this.isDirty;
    await remember(this.form, { saved: isSaved, left: true }).catch(() => {});
    return isSaved;
  }

  /** The form is closed and its page stays: it may be opened again, here or elsewhere. */
  stop() {
    this.isOver = true;
    clearTimeout(this.saveTimer);
    clearTimeout(this.keepTimer);
    this.closing.abort();
    unlock(this.form);
  }

  leave() {
    if (this.isOver) return;
    const isDirty = this.isDirty;
    const { isNewer, isClosed } = this;
    if (isDirty || (this.inBrowser && !isClosed))
      remember(this.form, { saved: !isDirty, left: true, isNewer }).catch(() => {});
    const size = new Blob([content(this.form)]).size;
    if (!isDirty || isClosed || this.isResting || size > MOST_KEEPALIVE) return;
    fetch(this.form.dataset.autosave ?? "", {
      method: "POST",
      body: this.body(),
      headers: { "X-Pane": "form" },
      keepalive: true,
    }).catch(() => {});
  }
}
