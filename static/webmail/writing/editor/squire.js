// Squire on a page whose policy takes no style attributes, with the keys of other mail programs.

import Squire from "squire-rte";
import { cleanFragment, earlierFragment, putOn } from "./clean.js";
import { tidyPaste } from "./paste.js";

export class MailEditor extends Squire {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, {
      blockTag: "DIV",
      tagAttributes: { blockquote: { type: "cite" } },
      sanitizeToDOMFragment: cleanFragment,
      toPlainText: null,
      undo: { documentSizeThreshold: 50_000, undoLimit: 20 },
      didError: (/** @type {unknown} */ error) => reportError(error),
    });
    this._imageResizer.destroy(); // its handles are drawn by style attributes
    this.setKeys();
  }

  /**
   * What undo brings back.
   * @override
   * @param {string} html
   */
  _setRawHTML(html) {
    super._setRawHTML("");
    this.getRoot().replaceChildren(earlierFragment(html));
    putOn(this.getRoot());
    return this;
  }

  /**
   * @override
   * @param {string} html
   */
  setHTML(html) {
    super.setHTML(html);
    putOn(this.getRoot());
    return this;
  }

  /**
   * @override
   * @param {string} html
   * @param {boolean} [isPaste]
   */
  insertHTML(html, isPaste) {
    super.insertHTML(isPaste ? tidyPaste(html) : html, isPaste);
    putOn(this.getRoot());
    return this;
  }

  /**
   * @override
   * @param {string | null} color
   */
  setTextColor(color) {
    const span = { tag: "SPAN", attributes: { class: "color" } };
    const coloured = { class: "color", "data-style": `color:${color}` };
    this.changeFormat(color ? { tag: "SPAN", attributes: coloured } : null, span);
    putOn(this.getRoot());
    return this;
  }

  setKeys() {
    const key = /Mac|iPhone|iPad/.test(navigator.platform) ? "Meta-" : "Ctrl-";
    const keys = {
      [`${key}Shift-7`]: () => this.toggleList("OL"),
      [`${key}Shift-8`]: () => this.toggleList("UL"),
      [`${key}Shift-9`]: () => this.toggleQuote(),
      [`${key}\\`]: () => this.removeAllFormatting(),
      "Alt-Shift-5": () => this.toggle("S"),
    };
    for (const [name, act] of Object.entries(keys)) {
      this.setKeyHandler(name, (_, event) => {
        event.preventDefault();
        act();
      });
    }
  }

  /** @param {string} tag of a list */
  toggleList(tag) {
    if (this.isIn(tag)) this.removeList();
    else if (tag === "OL") this.makeOrderedList();
    else this.makeUnorderedList();
  }

  toggleQuote() {
    if (this.isIn("BLOCKQUOTE")) this.decreaseQuoteLevel();
    else this.increaseQuoteLevel();
  }

  /** @param {string} tag */
  toggle(tag) {
    if (this.hasFormat(tag)) this.changeFormat(null, { tag });
    else this.changeFormat({ tag });
  }

  /**
   * Whether the cursor stands in such an element.
   * @param {string} tag
   */
  isIn(tag) {
    let node = /** @type {Node | null} */ (this.getSelection().commonAncestorContainer);
    for (; node && node !== this.getRoot(); node = node.parentNode) {
      if (node.nodeName === tag) return true;
    }
    return false;
  }

  /** @param {string} tag of a heading; "" for normal text */
  setBlock(tag) {
    this.modifyBlocks((fragment) => {
      for (const block of fragment.querySelectorAll("div, p, h1, h2, h3")) {
        if (block.querySelector("div, p, ul, ol, table, blockquote")) continue;
        const changed = document.createElement(tag || "DIV");
        changed.append(...block.childNodes);
        block.replaceWith(changed);
      }
      return fragment;
    });
    this.focus();
  }
}
