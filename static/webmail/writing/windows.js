// Forms to write in, in windows beside the mail: docked at the foot of the page, folded, full, or in
// the conversation that they answer. On a phone each is the whole page, and back leads out of it.

import { find, findAll, fragment, get } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";
import { learnWords, say } from "../pages/words.js";
import { signOut, startForm, stopForm } from "./forms.js";
import { filesOf, putNameIntoAddress } from "./memory.js";
import { announceSending, followSending } from "./outcome.js";
import { noteOpenForms, openForms } from "./reopening.js";
import css from "./writing.css";

const PHONE = matchMedia("(max-width: 767px)");
const ROOM = 572; // px that a docked window takes, with its distance
const MARGIN = 32;

/** @typedef {"docked" | "folded" | "full" | "within"} Shape */

/** @type {Writer[]} the one that was opened last is the last */
const writers = [];
/** @type {Set<string>} what is on its way here */
const coming = new Set();
let isDressed = false;
let hasWords = false; // what the form's scripts say came with the first one
let isOurStep = false; // back in the browser's history, which closes nothing more

class Writer {
  /**
   * @param {HTMLElement} box
   * @param {string} url by which it was opened
   * @param {HTMLElement | null} opener where the focus comes back to
   */
  constructor(box, url, opener) {
    this.box = box;
    this.url = url;
    this.opener = opener;
    this.form = /** @type {HTMLFormElement} */ (get("form", box));
    this.isPushed = false; // a step of the browser's history leads out of it
    this.form.dataset.page = url;
    putNameIntoAddress(this.form);
    box.addEventListener("keydown", (event) => this.pressKey(event));
    box.addEventListener("click", (event) => this.press(event));
  }

  /** Once it stands in the page. */
  start() {
    this.autosave = startForm(this.form, {
      pane: "window",
      begin: (what) => {
        if (what !== "send") return;
        this.hide();
        this.toast = announceSending();
      },
      fail: () => {
        this.toast?.remove();
        this.show();
        (find("[aria-invalid]", this.form) ?? find("[value=send]", this.form))?.focus();
      },
      wait: () => {
        this.toast?.remove();
        this.drop();
      },
      end: (done) => {
        const subject = new FormData(this.form).get("subject");
        this.drop();
        if (done.sending) {
          followSending({ ...done.sending, subject: String(subject ?? "") }, this.toast);
          return;
        }
        this.toast?.remove();
        if (done.text) toast(done.text);
      },
    });
  }

  /** @returns {Shape} */
  get shape() {
    const { classList } = this.box;
    if (classList.contains("within")) return "within";
    if (classList.contains("folded")) return "folded";
    return classList.contains("full") ? "full" : "docked";
  }

  /** @param {Shape} shape */
  take(shape) {
    this.box.classList.remove("within", "folded", "full");
    if (shape !== "docked") this.box.classList.add(shape);
    if (shape !== "within" && this.box.parentElement !== dock()) dock().prepend(this.box);
    get('[data-window="fold"]', this.box).setAttribute("aria-expanded", `${shape !== "folded"}`);
    get('[data-window="full"]', this.box).setAttribute("aria-pressed", `${shape === "full"}`);
    note();
  }

  /** @param {KeyboardEvent} event */
  pressKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (find(":popover-open")) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  /** @param {MouseEvent} event */
  press(event) {
    const at = event.target instanceof Element ? event.target : null;
    const button = /** @type {HTMLElement | null} */ (at?.closest("[data-window]") ?? null);
    const what = button?.dataset.window;
    if (what === "close") this.close();
    else if (what === "full") this.take(this.shape === "full" ? "docked" : "full");
    else if (what === "dock") this.take("docked");
    else if (what === "fold" || (this.shape === "folded" && at?.closest(".compose-head"))) {
      this.take(this.shape === "folded" ? "docked" : "folded");
    }
    if (what && what !== "close") button?.focus();
    if (this.shape === "docked") makeRoom(this);
  }

  /** On a phone it is a step of the browser's history. */
  show() {
    this.box.hidden = false;
    if (this.shape === "folded") this.take("docked");
    if (PHONE.matches && !this.isPushed) {
      if (!history.state?.writer) history.pushState({ ...history.state, writer: true }, "");
      this.isPushed = true;
    }
    makeRoom(this);
    note();
  }

  hide() {
    this.box.hidden = true;
    if (this.isPushed && history.state?.writer) {
      isOurStep = true;
      history.back();
    }
    this.isPushed = false;
    const goal = this.opener?.isConnected && this.opener.checkVisibility() ? this.opener : null;
    (goal ?? find("#subject") ?? find("#list-title"))?.focus({ preventScroll: true });
  }

  focus() {
    (find("[autofocus]", this.form) ?? find("h2", this.form))?.focus({ preventScroll: true });
  }

  /** What was written is kept as a draft, and that is said. */
  async close() {
    const { autosave } = this;
    if (!autosave || filesOf(this.form).length) {
      find('[value="save"]', this.form)?.click(); // files go with what is saved by hand
      return;
    }
    this.hide();
    if (!autosave.isWritten) {
      this.drop();
      return;
    }
    const isSaved = await autosave.leaveOpenPage();
    this.drop();
    toast(say(isSaved ? "draftSaved" : "onlyHere"));
  }

  drop() {
    if (!this.box.hidden) this.hide();
    stopForm(this.form);
    this.box.remove();
    writers.splice(writers.indexOf(this), 1);
    note();
  }

  /**
   * Whether it is what a link opens: the same answer, or the draft that this form is kept as.
   * @param {string} url
   */
  isAbout(url) {
    const { pathname } = new URL(url);
    const [, folder, uid] = pathname.match(/\/mail\/(.+)\/(\d+)\/edit\/$/) ?? [];
    const place = new FormData(this.form).get("replaces");
    const [, ownUid, ...own] = String(place ?? "").split(".");
    if (folder && uid === ownUid && decodeURIComponent(folder) === own.join(".")) return true;
    return this.url === url && pathname.startsWith("/mail/");
  }
}

/** @returns {HTMLElement} where windows stand side by side */
function dock() {
  const found = find("#writers");
  if (found) return found;
  const made = Object.assign(document.createElement("div"), {
    id: "writers",
    className: "writers",
  });
  document.body.append(made);
  return made;
}

/** Nothing that is not seen is written into by mistake: those that have no room are folded.
 * @param {Writer} newest */
function makeRoom(newest) {
  if (PHONE.matches || newest.shape !== "docked") return;
  const most = Math.max(1, Math.floor((innerWidth - MARGIN) / ROOM));
  const docked = writers.filter((one) => one.shape === "docked" && !one.box.hidden);
  const others = docked.filter((one) => one !== newest);
  for (const one of others.slice(0, Math.max(0, docked.length - most))) one.take("folded");
}

function note() {
  noteOpenForms(
    writers
      .filter((one) => !one.box.hidden)
      .map((one) => ({ url: one.form.dataset.page ?? "", shape: one.shape })),
  );
}

/** The rules for how it looks come with the script. */
function dress() {
  if (isDressed) return;
  isDressed = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  addEventListener("popstate", stepBack, { capture: true });
  addEventListener("pagehide", note);
  new MutationObserver(rescue).observe(get("#main"), { childList: true, subtree: true });
}

/**
 * Back, on a phone.
 * @param {PopStateEvent} event
 */
function stepBack(event) {
  const top = writers.findLast((one) => one.isPushed && !one.box.hidden);
  if (!isOurStep && !top) return;
  event.stopImmediatePropagation();
  if (!isOurStep && top) {
    top.isPushed = false;
    top.close();
  }
  isOurStep = false;
}

/** What stood in a message that is not shown any more goes on beside the mail. */
function rescue() {
  for (const one of writers) if (!one.box.isConnected) one.take("docked");
}

/**
 * @param {string} url
 * @returns {Promise<HTMLElement | null>} null when it did not come, which was said
 */
async function fetchForm(url) {
  const answer = await fetch(url, {
    headers: { "X-Pane": hasWords ? "writer" : "writer words" },
  }).catch(() => null);
  if (!answer) {
    toast(say("canBeRead"));
    return null;
  }
  if (!answer.ok) {
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    const words = isJson ? await answer.json() : { login: url };
    if (words.login) location.assign(words.login);
    else toast(words.text);
    return null;
  }
  const came = fragment(await answer.text());
  const words = find("script", came);
  if (words) learnWords(JSON.parse(words.textContent ?? "{}"));
  document.body.append(...findAll("template:is([id], [data-tools])", came)); // they stay when the form goes
  hasWords = true;
  return get(".writer", came);
}

/**
 * Where an answer is written, if that is in the conversation.
 * @param {HTMLElement | null} opener
 */
function placeOf(opener) {
  if (PHONE.matches || opener?.dataset.writer !== "answer") return null;
  return /** @type {HTMLElement | null} */ (opener.closest(".one")) ?? find("#letter .scroll");
}

/**
 * @param {string} url of the form
 * @param {HTMLElement | null} [opener]
 * @param {Shape} [shape]
 */
export async function openWriter(url, opener = null, shape = "docked") {
  const known = writers.find((one) => one.isAbout(url));
  if (known) {
    known.show();
    known.focus();
    return;
  }
  if (coming.has(url)) return;
  coming.add(url);
  const box = await fetchForm(url).finally(() => coming.delete(url));
  if (!box) return;
  dress();
  const writer = new Writer(box, url, opener);
  const place = placeOf(opener);
  (place ?? dock()).append(box);
  writers.push(writer);
  writer.take(place ? "within" : shape);
  writer.start();
  if (shape !== "folded") writer.show();
  if (place) box.scrollIntoView({ block: "nearest" });
  if (shape !== "folded") writer.focus();
}

/** What was open before the page was loaded again. */
export async function restoreWriters() {
  for (const { url, shape } of openForms()) {
    await openWriter(
      new URL(url, location.href).href,
      null,
      /** @type {Shape} */ (shape === "within" ? "docked" : shape),
    );
  }
}

/** Whoever writes signs out: nothing of it stays. */
export async function leaveWriters() {
  await signOut();
  for (const box of findAll(".writer")) box.remove();
  writers.length = 0;
  noteOpenForms([]);
}
