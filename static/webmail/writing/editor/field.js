// The text of a form: written as HTML in an editor that is loaded when writing begins, or plain.

import { find, get } from "../../pages/dom.js";
import { say } from "../../pages/words.js";
import { isFormatted, plainText, richText } from "./conversion.js";
import { asSent, newPictures, noteStored } from "./pictures.js";
import { withSignature } from "./signature.js";

/**
 * @typedef {object} Editor what the editor's bundle gives
 * @property {() => string} html
 * @property {(html: string) => void} setHtml
 * @property {() => void} focus
 * @property {(html: string) => void} insert
 * @property {(before: string, html: string) => void} replaceSignature
 * @property {() => void} end
 */

const SETTLE = 250; // ms without a key after which the form has what the editor has

/** @type {WeakMap<HTMLFormElement, TextField>} */
const fields = new WeakMap();

/**
 * The text of a form; before anything looks at what is in the form.
 * @param {HTMLFormElement} form
 */
export function writeIn(form) {
  const box = find("[data-editor]", form);
  if (box) fields.set(form, new TextField(form, box));
}

/**
 * @param {HTMLFormElement} form
 * @returns {TextField | undefined}
 */
export const textFieldOf = (form) => fields.get(form);

export class TextField {
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} box
   */
  constructor(form, box) {
    this.form = form;
    this.box = box;
    const area = (/** @type {string} */ name) =>
      /** @type {HTMLTextAreaElement} */ (get(`[data-area="${name}"]`, box));
    this.text = area("text");
    this.html = area("html");
    this.flag = /** @type {HTMLInputElement} */ (get("[data-flag]", box));
    this.switch = get('[data-do="rich"]', box);
    /** @type {Editor | null} */
    this.editor = null;
    this.timer = /** @type {ReturnType<typeof setTimeout> | 0} */ (0);
    /** @type {Set<string>} */
    this.stored = new Set(); // pictures that the server has
    this.isBehind = false; // the editor has something that the form has not
    this.first = this.text.value; // what the server made of the HTML
    this.original = this.html.value;
    this.switch.addEventListener("click", () => this.toRich());
    this.text.addEventListener("input", () => this.takeTyped());
    form.addEventListener("recall", () => this.recall());
    form.addEventListener("formdata", ({ formData }) => {
      this.take();
      if (!this.isRich) return;
      formData.set("html", asSent(this.html.value));
      for (const { key, file } of newPictures(this.html.value)) {
        if (!this.stored.has(key)) formData.append("pictures", file);
      }
    });
    form.addEventListener("saved", (event) => {
      const html = String(/** @type {CustomEvent} */ (event).detail);
      const keys = newPictures(html).map(({ key }) => key);
      for (const key of keys) this.stored.add(key);
      noteStored(box, keys);
    });
    const isRich = box.dataset.rich !== undefined;
    this.setMode(isRich);
    if (isRich) this.open();
  }

  get isRich() {
    return this.flag.name !== "";
  }

  /**
   * One of the two areas has a name, and is what is saved and sent.
   * @param {boolean} isRich
   */
  setMode(isRich) {
    this.text.name = isRich ? "" : "text";
    this.html.name = isRich ? "html" : "";
    this.flag.name = isRich ? "rich" : "";
    this.switch.hidden = isRich;
    const isOpen = isRich && this.editor !== null;
    this.text.hidden = isOpen;
    const label = get("label", this.box);
    label.setAttribute("for", isOpen ? "" : this.text.id);
  }

  /** What is typed while the editor is on its way is part of what it begins with. */
  takeTyped() {
    if (!this.isRich || this.editor) return;
    const typed = this.text.value;
    const isBefore = this.original && typed.endsWith(this.first);
    this.html.value = isBefore
      ? richText(typed.slice(0, typed.length - this.first.length)) + this.original
      : richText(typed);
  }

  /** @param {boolean} [hasFocus] */
  async open(hasFocus = false) {
    try {
      const { editIn } = await import(this.box.dataset.editor ?? "");
      if (!this.isRich || this.editor) return;
      const focus = hasFocus || document.activeElement === this.text;
      const typed = focus ? this.text.selectionStart : 0;
      this.editor = /** @type {Editor} */ (
        editIn(this.box, this.html.value, {
          change: () => this.noteChange(),
          plain: () => this.toPlain(),
          place: typed,
        })
      );
      this.setMode(true);
      if (focus) this.editor.focus();
    } catch {
      this.setMode(false); // no link: the words are here, and are written on as they are
    }
  }

  noteChange() {
    this.isBehind = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.take();
      this.html.dispatchEvent(new Event("input", { bubbles: true }));
    }, SETTLE);
  }

  /** The form has what the editor has. */
  take() {
    if (!this.isBehind || !this.editor) return;
    this.isBehind = false;
    this.html.value = this.editor.html();
  }

  /**
   * Put a text in where the cursor stands.
   * @param {string} text
   * @param {string} html the same, or ""
   */
  insert(text, html) {
    if (this.editor && this.isRich) return this.editor.insert(html || richText(text));
    this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.text.focus();
  }

  /**
   * @param {{ text: string }} before
   * @param {{ text: string, html: string }} after
   */
  replaceSignature(before, after) {
    if (this.editor && this.isRich) {
      const html = after.text ? after.html || richText(after.text) : "";
      return this.editor.replaceSignature(before.text, html);
    }
    const changed = withSignature(this.text.value, before.text, after.text);
    if (changed === this.text.value) return;
    this.text.value = changed;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  toPlain() {
    this.take();
    if (isFormatted(this.html.value) && !confirm(say("losesFormat"))) return;
    this.text.value = plainText(this.html.value);
    this.close();
    this.text.focus();
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  toRich() {
    this.html.value = richText(this.text.value);
    this.setMode(true);
    this.html.dispatchEvent(new Event("input", { bubbles: true }));
    this.open(true);
  }

  close() {
    clearTimeout(this.timer);
    this.isBehind = false;
    this.editor?.end();
    this.editor = null;
    this.setMode(false);
  }

  /** The browser had something else than the server: `data-recalled` says in which of the areas. */
  recall() {
    const kept = this.box.dataset.recalled;
    if (kept === "text" && this.isRich) this.close();
    else if (kept === "html" && !this.isRich) {
      this.setMode(true);
      this.open();
    }
    this.original = this.html.value;
    this.first = this.text.value;
    this.editor?.setHtml(this.html.value);
  }
}
