// Pictures in the text: pasted, dropped or chosen, sized, described, and taken out.

import { findAll, get } from "../../pages/dom.js";
import { DOMAIN } from "./pictures.js";

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const SIZES = { small: 240, medium: 480 }; // CSS pixels

/**
 * Take in pictures, and offer what can be done with one.
 * @param {HTMLElement} holder
 * @param {import("./squire.js").MailEditor} editor
 * @param {() => void} change
 * @returns {() => void} what the button does
 */
export function picturesIn(holder, editor, change) {
  const root = editor.getRoot();
  const chooser = /** @type {HTMLInputElement} */ (get("[data-pictures]", holder));
  /** @param {Iterable<File>} files */
  const take = (files) => {
    for (const file of files) if (TYPES.includes(file.type)) insert(editor, file);
  };
  editor.addEventListener("pasteImage", (/** @type {any} */ { detail }) =>
    take(detail.clipboardData?.files ?? []),
  );
  root.addEventListener("drop", (event) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length || !files.every(({ type }) => TYPES.includes(type))) return;
    event.preventDefault();
    event.stopPropagation(); // or they would be attached
    editor.focus();
    take(files);
  });
  chooser.addEventListener("change", (event) => {
    event.stopPropagation();
    take(chooser.files ?? []);
    chooser.value = "";
  });
  /** @type {HTMLImageElement | null} */
  let chosen = null;
  const choice = get('[data-choice="picture"]', holder);
  const words = /** @type {HTMLInputElement} */ (get("[data-alt]", choice));
  /** @param {HTMLImageElement} picture */
  const offer = (picture) => {
    chosen = picture;
    words.value = picture.alt;
    choice.showPopover({ source: picture });
  };
  root.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLImageElement) offer(target);
  });
  words.addEventListener("input", (event) => {
    event.stopPropagation();
    if (chosen) chosen.alt = words.value;
    change();
  });
  choice.addEventListener("click", ({ target }) => {
    const size = /** @type {Element} */ (target).closest("[data-size]")?.getAttribute("data-size");
    if (!size || !chosen) return;
    editor.saveUndoState();
    resize(chosen, size);
    choice.hidePopover();
    change();
  });
  return () => {
    const here = pictureAt(editor);
    if (here) offer(here);
    else chooser.click();
  };
}

/**
 * @param {HTMLImageElement} picture
 * @param {string} size
 */
function resize(picture, size) {
  const width = SIZES[/** @type {"small"} */ (size)];
  picture.removeAttribute("height");
  if (size === "remove") picture.remove();
  else if (width) picture.width = width;
  else picture.removeAttribute("width");
}

/** @param {import("./squire.js").MailEditor} editor */
function pictureAt(editor) {
  const range = editor.getSelection();
  const near = range.startContainer.childNodes[range.startOffset];
  if (near instanceof HTMLImageElement) return near;
  return /** @type {HTMLImageElement | null} */ (
    range.cloneContents().querySelector("img")
      ? findAll("img", editor.getRoot()).find((each) => range.intersectsNode(each))
      : null
  );
}

/**
 * @param {import("./squire.js").MailEditor} editor
 * @param {File} file
 */
function insert(editor, file) {
  const reader = new FileReader();
  reader.onload = () => {
    const key = [...crypto.getRandomValues(new Uint8Array(8))]
      .map((octet) => octet.toString(16).padStart(2, "0"))
      .join("");
    const alt = file.name.replace(/^image\.png$/, "");
    const more = { alt, "data-cid": key + DOMAIN };
    const picture = editor.insertImage(String(reader.result), more);
    picture.onload = () => {
      if (picture.naturalWidth > SIZES.medium * 1.5) picture.width = SIZES.medium;
    };
  };
  reader.readAsDataURL(file);
}
