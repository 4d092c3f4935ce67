// What goes along with a form: files of this device, parts of other messages, and what they weigh.

import { findAll, input, inputs } from "../pages/dom.js";
import { sizeText } from "../pages/size.js";
import { say } from "../pages/words.js";
import { picker } from "./picker.js";
import { spot } from "./spots.js";
import { GROWTH, takeDrops, Uploads } from "./uploads.js";

/**
 * What a message is on its way.
 * @param {number[]} files octets of each, before they are encoded
 * @param {number[]} kept octets of what is encoded already
 * @returns {number} octets
 */
export function wholeSize(files, kept) {
  /** @param {number[]} sizes */
  const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
  return Math.round(sum(files) * GROWTH + sum(kept));
}

/**
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal of the form's end, while its page stays
 */
export function attachTo(form, signal) {
  const box = /** @type {HTMLInputElement} */ (input("[name=files]", form));
  const uploads = new Uploads(form, () => weigh(form), signal);
  /** @param {FileList} files */
  const take = (files) => {
    if (fits(form, files)) uploads.add(files);
  };
  picker(form);
  form.addEventListener("change", (event) => {
    if (event.target === box && box.files?.length) {
      const chosen = new DataTransfer(); // what was chosen is gone with the next line
      for (const file of box.files) chosen.items.add(file);
      box.value = "";
      take(chosen.files);
    } else weigh(form);
  });
  takeDrops(form, take, signal);
  weigh(form);
}

/**
 * What goes along, in octets on its way.
 * @param {HTMLFormElement} form
 * @param {FileList} [more]
 */
function weightOf(form, more) {
  const kept = inputs('[name="kept"]:checked', form).map((one) => Number(one.dataset.size));
  const coming = findAll("[data-weight]", form).map((one) => Number(one.dataset.weight));
  const sizes = [...(more ?? [])].map((file) => file.size);
  return wholeSize([...coming, ...sizes], kept);
}

/**
 * What would not fit does not begin.
 * @param {HTMLFormElement} form
 * @param {FileList} files
 */
function fits(form, files) {
  const all = weightOf(form, files);
  const limit = Number(form.dataset.limit);
  if (all <= limit) return true;
  complain(form, say("tooBig", { size: sizeText(all), limit: sizeText(limit) }));
  return false;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function complain(form, words) {
  const place = spot(form, "too-big");
  place.hidden = !words;
  place.textContent = words;
}

/** @param {HTMLFormElement} form */
function weigh(form) {
  const limit = Number(form.dataset.limit);
  const all = weightOf(form);
  const sizes = { size: sizeText(all), limit: sizeText(limit) };
  spot(form, "total").textContent = all ? say("total", sizes) : say("upTo", sizes);
  const isTooBig = all > limit;
  complain(form, isTooBig ? say("tooBig", sizes) : "");
  for (const button of form.querySelectorAll('.send button, [value=send], [value^="later."]')) {
    button.toggleAttribute("disabled", isTooBig);
  }
}
