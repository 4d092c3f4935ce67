// A signature and a template are written in the editor of messages. Until that is here, and where it
// does not come, they are the text and the HTML that the form has.

import { findAll, get } from "../pages/dom.js";
import { richText } from "../writing/editor/conversion.js";
import { writeIn } from "../writing/editor/field.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Put the editor into each form that has a place for it. */
export async function writeRichTexts() {
  for (const box of findAll("form [data-editor]")) await writeRich(box);
}

/** @param {HTMLElement} box */
async function writeRich(box) {
  try {
    await import(box.dataset.editor ?? "");
  } catch {
    return; // no link: the form is as it came
  }
  const form = /** @type {HTMLFormElement} */ (box.closest("form"));
  const text = /** @type {HTMLTextAreaElement} */ (get('[data-area="text"]', box));
  const html = /** @type {HTMLTextAreaElement} */ (get('[data-area="html"]', box));
  html.value ||= richText(text.value);
  for (const each of findAll("[data-without-editor]", box)) each.hidden = true;
  box.dataset.rich = "";
  refusePictures(box);
  writeIn(form);
}

/**
 * What is kept here has no place for files: a picture is named by its address.
 * @param {HTMLElement} box
 */
function refusePictures(box) {
  const tools = /** @type {HTMLTemplateElement} */ (get("template[data-tools]", box)).content;
  get('[data-do="picture"]', tools).remove();
  /** @param {DataTransfer | null} data @param {Event} event */
  const refuse = (data, event) => {
    const files = [...(data?.files ?? [])];
    if (!files.some(({ type }) => PICTURES.includes(type))) return;
    if (event.type === "paste" && data?.types.includes("text/html")) return; // words with a look
    event.preventDefault();
    event.stopPropagation();
  };
  box.addEventListener("paste", (event) => refuse(event.clipboardData, event), { capture: true });
  box.addEventListener("drop", (event) => refuse(event.dataTransfer, event), { capture: true });
}
