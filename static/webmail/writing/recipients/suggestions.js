// Who is offered below a field while a name is typed: a list box (WAI-ARIA, combobox).

import { cloneTemplate, find, get } from "../../pages/dom.js";

const QUIET = 120; // ms without a key

/**
 * @typedef {object} Suggestion
 * @property {string} name
 * @property {string} address
 * @property {string} label what goes into the field; of a group, all of its people
 * @property {string} photo
 * @property {string} note
 */

export class Suggestions {
  /**
   * @param {HTMLInputElement} entry
   * @param {HTMLElement} list
   * @param {string} url
   * @param {(one: Suggestion) => void} accept
   * @param {(count: number) => void} tell
   */
  constructor(entry, list, url, accept, tell) {
    this.entry = entry;
    this.list = list;
    this.url = url;
    this.accept = accept;
    this.tell = tell;
    /** @type {Suggestion[]} */
    this.people = [];
    this.at = -1;
    this.isChosen = false; // by the arrows, so that it counts more than what is typed
    this.timer = 0;
    /** @type {AbortController | null} */
    this.running = null;
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays
    list.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("[role=option]");
      const one = this.people[[...list.children].indexOf(/** @type {Element} */ (row))];
      if (one) this.take(one);
    });
  }

  get active() {
    return this.people[this.at] ?? null;
  }

  /** @param {string} letters */
  look(letters) {
    clearTimeout(this.timer);
    this.running?.abort();
    if (!letters) return this.close();
    this.timer = setTimeout(() => this.ask(letters), QUIET);
  }

  /** @param {string} letters */
  async ask(letters) {
    this.running = new AbortController();
    try {
      const answer = await fetch(`${this.url}?q=${encodeURIComponent(letters)}`, {
        headers: { "X-Pane": "people" },
        signal: this.running.signal,
      });
      if (answer.ok && this.entry.value.trim() === letters) this.show((await answer.json()).people);
    } catch (problem) {
      const isOver = problem instanceof DOMException && problem.name === "AbortError";
      if (!isOver && !(problem instanceof TypeError)) throw problem; // no connection
    }
  }

  /** @param {Suggestion[]} people */
  show(people) {
    this.people = people;
    this.isChosen = false;
    this.list.replaceChildren(...people.map((one, at) => this.draw(one, at)));
    this.list.hidden = !people.length;
    this.entry.setAttribute("aria-expanded", String(people.length > 0));
    this.go(people.length ? 0 : -1);
    if (people.length) this.tell(people.length);
  }

  /**
   * @param {Suggestion} one
   * @param {number} at
   */
  draw(one, at) {
    const row = get("li", cloneTemplate("suggested-person"));
    row.id = `${this.list.id}-${at}`;
    drawPhoto(row, one.photo);
    get(".name", row).textContent = one.name || one.address;
    get(".address", row).textContent = one.name ? one.address : "";
    get(".kind", row).textContent = one.note;
    return row;
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    [...this.list.children].forEach((row, place) => {
      row.setAttribute("aria-selected", String(place === at));
    });
    const row = this.list.children[at];
    if (row) this.entry.setAttribute("aria-activedescendant", row.id);
    else this.entry.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} by */
  step(by) {
    if (!this.people.length) return;
    this.isChosen = true;
    this.go((this.at + by + this.people.length) % this.people.length);
  }

  /** @param {Suggestion} one */
  take(one) {
    this.close();
    this.accept(one);
  }

  close() {
    clearTimeout(this.timer);
    this.running?.abort();
    if (this.people.length) this.show([]);
  }
}

/**
 * @param {Element} place
 * @param {string} photo its address; "" for none
 */
export function drawPhoto(place, photo) {
  const picture = /** @type {HTMLImageElement | null} */ (find("img", place));
  if (photo && picture) picture.src = photo;
  else picture?.remove();
}
