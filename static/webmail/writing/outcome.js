// What becomes of a message, told where one is: it can be taken back for some seconds, then one hears
// that it was sent, or why it was not.

import { element, get, icon } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { noteUnderWay, underWay } from "./reopening.js";

const FIRST = 700; // ms after the time for taking back is over
const LONGEST = 30_000; // ms between two looks
const GROWTH = 1.6;
const FOLLOWED = 600_000; // ms; what comes later arrives as a report among the mail
const SAID = 8000; // ms

/** @typedef {import("./reopening.js").Underway} Underway */

/**
 * @typedef {object} News
 * @property {string} state
 * @property {string} text
 * @property {boolean} final
 */

const draw = () => element('<div class="toast" data-stays><span></span></div>');

/** It is said at once that a message is being sent. */
export function announceSending() {
  const box = draw();
  get("span", box).textContent = say("sending");
  get("#toasts").append(box);
  return box;
}

/**
 * @param {import("./sending.js").Sending & { subject: string }} sending
 * @param {HTMLElement} [box] what says it
 */
export function followSending(sending, box) {
  const one = { ...sending, until: Date.now() + sending.seconds * 1000 };
  noteUnderWay([...underWay(), one]);
  new Outcome(one, box);
}

/** What was sent before the page was loaded again. */
export function resumeOutcomes() {
  for (const one of underWay()) new Outcome(one);
}

class Outcome {
  /**
   * @param {Underway} sending
   * @param {HTMLElement} [box]
   */
  constructor(sending, box = draw()) {
    this.sending = sending;
    this.wait = FIRST;
    this.timer = 0;
    this.isSaid = false; // that it is sent
    this.box = box;
    const left = sending.until - Date.now();
    if (left > -FOLLOWED) {
      this.say(say("sending"));
      if (left > 0) this.offer("undo", say("undo"), () => this.takeBack());
      this.lookIn(Math.max(0, left) + FIRST);
    } else this.forget();
  }

  /** @param {string} text */
  say(text) {
    const { subject } = this.sending;
    get("span", this.box).textContent = subject ? `${text} (${subject.slice(0, 60)})` : text;
    get("#toasts").append(this.box);
  }

  /**
   * @param {string} sign
   * @param {string} text
   * @param {() => void} act
   */
  offer(sign, text, act) {
    const button = element(`<button type="button">${icon(sign)}<span></span></button>`);
    if (sign === "undo") button.dataset.undo = "";
    get("span", button).textContent = text;
    button.addEventListener("click", act);
    this.box.append(button);
  }

  clear() {
    for (const one of this.box.querySelectorAll("button, a")) one.remove();
  }

  async look() {
    if (!this.sending.url) return;
    const answer = await fetch(this.sending.url, { headers: { "X-Pane": "outcome" } }).catch(
      () => null,
    );
    if (answer?.status === 404) return this.end(); // it is a draft again
    /** @type {News | null} */
    const news = answer?.ok ? await answer.json().catch(() => null) : null;
    if (news) this.tell(news);
    const since = Date.now() - this.sending.until;
    if (news?.final || since > FOLLOWED) return this.forget();
    this.wait = Math.min(this.wait * GROWTH, LONGEST);
    this.lookIn(this.wait);
  }

  /** @param {number} wait in ms */
  lookIn(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), wait);
  }

  /** @param {News} news */
  tell({ state, text }) {
    if (state === "failed") {
      this.clear();
      this.box.setAttribute("role", "alert");
      this.say(text);
      this.offer("write", say("edit"), () => this.takeBack());
      this.link();
      this.offer("close", say("dismiss"), () => this.box.remove());
    } else if (state === "accepted" || state === "delivered") {
      if (this.isSaid) return;
      this.isSaid = true;
      this.clear();
      this.say(text);
      this.link();
      setTimeout(() => this.isSaid && this.fade(), SAID);
    } else {
      this.clear();
      this.say(text);
      this.offer("undo", say("undo"), () => this.takeBack());
    }
  }

  link() {
    const link = document.createElement("a");
    link.className = "button";
    Object.assign(link, { href: this.sending.url, textContent: say("whatBecame") });
    this.box.append(link);
  }

  fade() {
    if (this.box.getAttribute("role") !== "alert") this.box.remove();
  }

  async takeBack() {
    clearTimeout(this.timer);
    this.clear();
    this.say(say("aMoment"));
    const answer = await fetch(this.sending.undo, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: formToken() ?? "" }),
      headers: { "X-Pane": "outcome" },
    }).catch(() => null);
    if (!answer) {
      this.say(say("notTakenBack"));
      this.offer("undo", say("undo"), () => this.takeBack());
      return;
    }
    const words = await answer.json().catch(() => ({}));
    if (!words.goal) {
      this.say(words.text ?? say("notTakenBack"));
      this.lookIn(FIRST);
      return;
    }
    this.end();
    toast(words.text);
    openWriterAt(words.goal);
  }

  end() {
    this.box.remove();
    this.forget();
  }

  forget() {
    noteUnderWay(underWay().filter(({ url }) => url !== this.sending.url));
  }
}

/**
 * As a link would, so that it is the writer's matter how.
 * @param {string} goal
 */
export function openWriterAt(goal) {
  const link = document.createElement("a");
  link.href = goal;
  link.dataset.writer = "";
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}
