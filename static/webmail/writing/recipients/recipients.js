// To, Cc and Bcc as people: one box each, beside the form's own input, which stays the truth.

import { cloneTemplate, findAll, get } from "../../pages/dom.js";
import { say, sayOf } from "../../pages/words.js";
import { isOpen, keyOf, parseAddress, splitAddresses, writeAddress } from "./addresses.js";
import { drawPhoto, Suggestions } from "./suggestions.js";

/** @typedef {import("./addresses.js").Recipient} Recipient */

const native = /** @type {PropertyDescriptor} */ (
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")
);
/** @type {{ field: RecipientField, recipient: Recipient } | null} */
let drag = null;

/** @param {HTMLFormElement} form */
export function startRecipients(form) {
  /** @type {RecipientField[]} */
  const fields = [];
  for (const line of findAll("[data-recipients]", form))
    fields.push(new RecipientField(line, fields));
  for (const summary of findAll(".more-lines > summary", form)) {
    summary.addEventListener("dragenter", () => {
      if (drag) summary.parentElement?.setAttribute("open", "");
    });
  }
}

class RecipientField {
  /**
   * @param {HTMLElement} line
   * @param {RecipientField[]} all of the form, in order
   */
  constructor(line, all) {
    this.all = all;
    this.source = /** @type {HTMLInputElement} */ (get("input[name]", line));
    this.label = get("label", line).textContent ?? "";
    this.box = get(".people", cloneTemplate("people"));
    this.list = get(".chosen", this.box);
    this.entry = /** @type {HTMLInputElement} */ (get(".entry", this.box));
    this.news = get(".news", this.box);
    this.wrong = get(".wrong", this.box);
    /** @type {Map<Recipient, HTMLElement>} */
    this.people = new Map();
    this.takeOver();
    const options = get("[role=listbox]", this.box);
    options.id = `${this.entry.id}-options`;
    options.setAttribute("aria-label", say("suggestedPeople"));
    this.entry.setAttribute("aria-controls", options.id);
    this.suggestions = new Suggestions(
      this.entry,
      options,
      line.dataset.recipients ?? "",
      (one) => {
        this.entry.value = "";
        this.add(splitAddresses(one.label), one.photo);
        this.entry.focus();
      },
      (count) => this.tell(sayOf("suggestions", count)),
    );
    this.listen();
    this.read();
  }

  /** The box stands in the input's place: it has its label, its focus, and follows its value. */
  takeOver() {
    const { source, entry } = this;
    entry.id = source.id;
    source.removeAttribute("id");
    source.classList.add("real");
    source.tabIndex = -1;
    source.setAttribute("aria-hidden", "true");
    source.after(this.box);
    source.addEventListener("focus", () => entry.focus());
    Object.defineProperty(source, "value", {
      get: () => native.get?.call(source),
      set: (value) => {
        native.set?.call(source, value);
        this.read();
      },
    });
    if (source.autofocus) entry.focus();
  }

  listen() {
    const { entry, list, box } = this;
    entry.addEventListener("input", () => {
      this.sync(false);
      this.suggestions.look(entry.value.trim());
    });
    entry.addEventListener("keydown", (event) => this.pressInEntry(event));
    entry.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (splitAddresses(text).length < 2) return;
      event.preventDefault();
      this.add(splitAddresses(`${entry.value}\n${text}`));
      entry.value = "";
      this.sync();
    });
    entry.addEventListener("blur", () => {
      this.suggestions.close();
      this.commit();
    });
    list.addEventListener("keydown", (event) => this.pressInList(event));
    list.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const recipient = this.personAt(target);
      if (recipient && target.closest(".remove")) this.remove(recipient);
    });
    list.addEventListener("dblclick", (event) => {
      const recipient = this.personAt(/** @type {Element} */ (event.target));
      if (recipient) this.edit(recipient);
    });
    for (const kind of /** @type {const} */ (["copy", "cut"])) {
      list.addEventListener(kind, (event) => this.copy(event));
    }
    list.addEventListener("dragstart", (event) => {
      const recipient = this.personAt(/** @type {Element} */ (event.target));
      if (!recipient || !event.dataTransfer) return;
      drag = { field: this, recipient };
      event.dataTransfer.setData("text/plain", recipient.text);
      event.dataTransfer.effectAllowed = "move";
    });
    list.addEventListener("dragend", () => {
      drag = null;
    });
    box.addEventListener("dragover", (event) => {
      if (drag && this.all.includes(drag.field)) event.preventDefault();
    });
    box.addEventListener("drop", (event) => {
      if (!drag || !this.all.includes(drag.field)) return;
      event.preventDefault();
      drag.field.move(drag.recipient, this);
      drag = null;
    });
    box.addEventListener("click", (event) => {
      if (event.target === box || event.target === list) entry.focus();
    });
  }

  /** Draw what stands in the input; what is no address yet is still being typed. */
  read() {
    if (native.get?.call(this.source) === this.written()) return;
    this.list.replaceChildren();
    this.people.clear();
    const found = splitAddresses(String(native.get?.call(this.source))).map(parseAddress);
    const last = found.at(-1);
    const rest = last?.problem ? found.pop() : null;
    this.entry.value = rest?.text ?? "";
    this.draw(found);
    this.showProblem();
  }

  written() {
    const texts = [...this.people.keys()].map((one) => one.text);
    return [...texts, this.entry.value.trim()].filter(Boolean).join(", ");
  }

  /** @param {boolean} [isToTell] whether the form is to hear of it; of what is typed it does */
  sync(isToTell = true) {
    native.set?.call(this.source, this.written());
    this.source.removeAttribute("aria-invalid");
    if (isToTell) this.source.dispatchEvent(new Event("input", { bubbles: true }));
    this.showProblem();
  }

  /**
   * @param {string[]} texts
   * @param {string} [photo]
   */
  add(texts, photo = "") {
    const known = new Set([...this.people.keys()].map(keyOf));
    const found = texts.map(parseAddress).filter((one) => {
      const isNew = !known.has(keyOf(one));
      known.add(keyOf(one));
      return isNew;
    });
    this.draw(found, photo);
    this.sync();
    const [first] = found;
    if (found.length === 1 && first && !first.problem)
      this.tell(say("personAdded", { name: first.name || first.address }));
    else if (found.length > 1) this.tell(sayOf("peopleAdded", found.length));
  }

  /**
   * @param {Recipient[]} found
   * @param {string} [photo]
   */
  draw(found, photo = "") {
    const rows = document.createDocumentFragment();
    for (const one of found) {
      const row = get("li", cloneTemplate("chosen-person"));
      const who = get(".who", row);
      const shown = one.problem ? one.text : one.name || one.address;
      get(".name", who).textContent = shown;
      who.title = one.problem ? say(one.problem) : one.text;
      who.setAttribute("aria-label", one.problem ? `${one.text}: ${say(one.problem)}` : one.text);
      row.classList.toggle("bad", Boolean(one.problem));
      drawPhoto(row, photo);
      get(".remove", row).setAttribute("aria-label", say("removePerson", { name: shown }));
      this.people.set(one, row);
      rows.append(row);
    }
    this.list.append(rows);
    this.count();
  }

  count() {
    this.list.hidden = !this.people.size;
    const named = { field: this.label };
    this.list.setAttribute("aria-label", sayOf("peopleIn", this.people.size, named));
  }

  showProblem() {
    const bad = [...this.people.keys()].find((one) => one.problem);
    const text = bad
      ? say("noAddress", { text: bad.text.slice(0, 80), why: say(bad.problem) })
      : "";
    if (this.wrong.textContent !== text) this.wrong.textContent = text;
  }

  /** What is typed becomes a person. @returns {boolean} whether there was something */
  commit() {
    const text = this.entry.value.trim();
    if (!text) return false;
    this.entry.value = "";
    this.add(splitAddresses(text));
    return true;
  }

  /** @param {Recipient} recipient */
  remove(recipient) {
    const row = this.people.get(recipient);
    const next = /** @type {HTMLElement | null | undefined} */ (row?.nextElementSibling);
    const hadFocus = row?.contains(document.activeElement);
    row?.remove();
    this.people.delete(recipient);
    this.count();
    this.sync();
    if (hadFocus) (next ? get(".who", next) : this.entry).focus();
    this.tell(say("personRemoved", { name: recipient.name || recipient.text }));
  }

  /** @param {Recipient} recipient */
  edit(recipient) {
    this.commit();
    this.remove(recipient);
    this.entry.value = recipient.problem
      ? recipient.text
      : writeAddress(recipient.name, recipient.address);
    this.sync();
    this.entry.focus();
    this.entry.select();
  }

  /**
   * @param {Recipient} recipient
   * @param {RecipientField | undefined} goal
   */
  move(recipient, goal) {
    if (!goal || goal === this) return;
    this.remove(recipient);
    goal.source.closest("details")?.setAttribute("open", "");
    goal.add([recipient.text]);
    const row = [...goal.people].find(([one]) => keyOf(one) === keyOf(recipient))?.[1];
    if (row) get(".who", row).focus();
    const words = { name: recipient.name || recipient.text, field: goal.label };
    goal.tell(say("personMoved", words));
  }

  /** @param {ClipboardEvent} event */
  copy(event) {
    const recipient = this.personAt(document.activeElement);
    if (!recipient || !event.clipboardData) return;
    event.clipboardData.setData("text/plain", recipient.text);
    event.preventDefault();
    if (event.type === "cut") this.remove(recipient);
  }

  /** @param {Element | null} element */
  personAt(element) {
    const row = element?.closest("li");
    return [...this.people].find(([, one]) => one === row)?.[0];
  }

  /** @param {KeyboardEvent} event */
  pressInEntry(event) {
    const { entry, suggestions } = this;
    if (event.isComposing) return;
    const isAtStart = entry.selectionStart === 0 && entry.selectionEnd === 0;
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const isComma = (event.key === "," || event.key === ";") && !isOpen(entry.value);
    const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (isSending || event.key === "Tab") {
      if (entry.value.trim()) this.finish();
      return;
    }
    if (event.key === "ArrowDown") suggestions.step(1);
    else if (event.key === "ArrowUp") suggestions.step(-1);
    else if (event.key === "Escape" && suggestions.active) suggestions.close();
    else if (event.key === "Enter" || isComma) this.finish();
    else if ((event.key === "Backspace" || event.key === back) && isAtStart) {
      const last = [...this.people.values()].at(-1);
      if (!last) return;
      get(".who", last).focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What is typed, or the suggestion that is marked, where that is meant. */
  finish() {
    const { active, isChosen } = this.suggestions;
    const typed = splitAddresses(this.entry.value).map(parseAddress);
    if (active && (isChosen || typed.some((one) => one.problem))) this.suggestions.take(active);
    else {
      this.suggestions.close();
      this.commit();
    }
  }

  /** @param {KeyboardEvent} event */
  pressInList(event) {
    const recipient = this.personAt(document.activeElement);
    if (!recipient || event.isComposing) return;
    const rows = [...this.people.values()];
    const at = rows.indexOf(/** @type {HTMLElement} */ (this.people.get(recipient)));
    const step = document.dir === "rtl" ? -1 : 1;
    const place = this.all.indexOf(this);
    /** @param {number} to */
    const go = (to) => (rows[to] ? get(".who", rows[to]) : this.entry).focus();
    if (event.altKey && event.key === "ArrowDown") this.move(recipient, this.all[place + 1]);
    else if (event.altKey && event.key === "ArrowUp") this.move(recipient, this.all[place - 1]);
    else if (event.key === "ArrowLeft") go(Math.max(0, at - step));
    else if (event.key === "ArrowRight") go(Math.max(0, at + step));
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length);
    else if (event.key === "Backspace" || event.key === "Delete") this.remove(recipient);
    else if (event.key === "Enter" || event.key === "F2") this.edit(recipient);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} text */
  tell(text) {
    this.news.textContent = text;
  }
}
