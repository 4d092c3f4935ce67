// Files that go along: chosen or dropped, listed, and weighed against what a message may have.

import { element, get, icon, input, inputs } from "../pages/dom.js";
import { sizeText } from "../pages/size.js";
import { say } from "../pages/words.js";
import { picker } from "./picker.js";
import { spot } from "./spots.js";

const GROWTH = 1.37; // base64 with its line ends

/**
 * What a message is on its way.
 * @param {number[]} files octets of each, before they are encoded
 * @param {number[]} kept octets of what the server has, as it travels
 * @returns {number} octets
 */
export function wholeSize(files, kept) {
  /** @param {number[]} sizes */
  const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
  return Math.round(sum(files) * GROWTH + sum(kept));
}

/** @param {HTMLFormElement} form */
export function attachTo(form) {
  const box = /** @type {HTMLInputElement} */ (input("[name=files]", form));
  picker(form);
  form.addEventListener("change", (event) => {
    if (event.target === box) list(form, box);
    weigh(form, box);
  });
  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    const dropped = event.dataTransfer?.files;
    if (!dropped?.length) return;
    event.preventDefault();
    add(box, dropped);
  });
}

/**
 * @param {HTMLInputElement} box
 * @param {FileList} dropped
 */
function add(box, dropped) {
  const both = new DataTransfer();
  for (const file of [...(box.files ?? []), ...dropped]) both.items.add(file);
  box.files = both.files;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} box
 */
function list(form, box) {
  const chosen = spot(form, "chosen");
  chosen.replaceChildren(...[...(box.files ?? [])].map(chip));
  chosen.lastElementChild?.scrollIntoView({ block: "nearest" });
}

/** @param {File} file */
function chip(file) {
  const item = element(
    `<li><span class="chip file">${icon("file")}` +
      '<span class="name"></span><span class="muted size"></span></span></li>',
  );
  get(".name", item).textContent = file.name;
  get(".size", item).textContent = sizeText(file.size);
  return item;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} box
 */
function weigh(form, box) {
  const files = [...(box.files ?? [])].map((file) => file.size);
  const kept = inputs('[name="kept"]:checked', form).map((one) => Number(one.dataset.size));
  const limit = Number(form.dataset.limit);
  const all = wholeSize(files, kept);
  const words = all > limit ? say("tooBig", { size: sizeText(all), limit: sizeText(limit) }) : "";
  const place = spot(form, "too-big");
  place.hidden = !words;
  place.textContent = words;
  for (const button of form.querySelectorAll(".send button")) {
    button.toggleAttribute("disabled", Boolean(words));
  }
}
