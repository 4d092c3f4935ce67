// The editor of a form, with its tools: loaded when somebody begins to write.

import { find, findAll, get } from "../../pages/dom.js";
import { cleanFragment, putOn } from "./clean.js";
import { picturesIn } from "./picture-tools.js";
import { asKept, asShown } from "./pictures.js";
import { replaceBlocks } from "./signature.js";
import { MailEditor } from "./squire.js";
import { toolsFor } from "./tools.js";

/**
 * Put the editor into the text field of a form.
 * @param {HTMLElement} box
 * @param {string} html
 * @param {{ change: () => void, plain: () => void, place: number }} how
 */
export function editIn(box, html, { change, plain, place }) {
  const template = /** @type {HTMLTemplateElement} */ (get("template[data-tools]"));
  const holder = document.createElement("div");
  holder.className = "editing";
  holder.append(template.content.cloneNode(true));
  box.append(holder);
  const root = get(".editor", holder);
  root.setAttribute("aria-labelledby", get("label", box).id);
  const editor = new MailEditor(root);
  editor.setHTML(asShown(html, box));
  paint(root);
  if (place) putCursor(editor, root, place);
  else editor.moveCursorToStart();
  editor.addEventListener("input", change);
  root.addEventListener("input", (event) => event.stopPropagation()); // the form hears a pause
  toolsFor(holder, editor, plain, picturesIn(holder, editor, change));
  return {
    html: () => asKept(editor.getHTML()),
    /** @param {string} changed */
    setHtml: (changed) => {
      editor.setHTML(asShown(changed, box));
      paint(root);
    },
    focus: () => editor.focus(),
    /** @param {string} inserted */
    insert: (inserted) => {
      editor.focus();
      editor.insertHTML(inserted);
    },
    /**
     * @param {string} before the text of the one that is there
     * @param {string} after
     */
    replaceSignature: (before, after) => {
      editor.saveUndoState();
      replaceBlocks(root, before, (isMarked) =>
        cleanFragment(after && isMarked ? `<div>-- <br>${after}</div>` : after),
      );
      putOn(root);
      change();
    },
    end: () => {
      editor.destroy();
      holder.remove();
    },
  };
}

/**
 * Words with colours of their own stand on white, as they were written.
 * @param {HTMLElement} root
 */
function paint(root) {
  const coloured = findAll("[style], [color], [bgcolor]", root).some(
    ({ style, attributes }) =>
      style.color || style.background || style.backgroundColor || "bgcolor" in attributes,
  );
  root.classList.toggle("painted", coloured);
}

/**
 * Where it was in the plain text that one began to write in.
 * @param {MailEditor} editor
 * @param {HTMLElement} root
 * @param {number} place in characters
 */
function putCursor(editor, root, place) {
  let left = place;
  for (const block of root.children) {
    const length = (block.textContent ?? "").length;
    if (left <= length) {
      const text = document.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode();
      const range = document.createRange();
      range.setStart(text ?? block, text ? Math.min(left, text.nodeValue?.length ?? 0) : 0);
      editor.setSelection(range);
      return;
    }
    left -= length + 1;
  }
  if (find("div", root)) editor.moveCursorToEnd();
}
