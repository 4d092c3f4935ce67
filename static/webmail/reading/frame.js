// A designed message is a part of the page: its frame is as high as what is in it, so that the page
// alone scrolls, and what is wider than the screen is zoomed until it fits. Nothing of the message
// runs (its sandbox has no scripts); it is of our origin so that it can be measured here.

import { findAll } from "../pages/dom.js";

const SMALL = 0.6; // zoom; rather than that, words are broken
const SMALLEST = 0.5; // what is wider still scrolls sideways
const TALLEST = 1_000_000; // px
const SLACK = 1; // px by which rounding may be off

/** @typedef {(event: KeyboardEvent) => void} Press */

/**
 * The zoom at which all of it is as wide as the frame.
 * @param {HTMLElement} root
 */
const fitting = (root) => Math.floor((1000 * root.clientWidth) / root.scrollWidth) / 1000;

/**
 * @param {HTMLIFrameElement} frame
 * @param {HTMLElement} root of its document
 */
function zoom(frame, root) {
  const width = String(frame.clientWidth);
  if (frame.dataset.width === width && root.scrollWidth <= root.clientWidth + SLACK) return;
  frame.dataset.width = width;
  root.style.zoom = "";
  root.dataset.wholeWords = "";
  if (fitting(root) < SMALL) delete root.dataset.wholeWords;
  if (root.scrollWidth <= root.clientWidth + SLACK) return;
  root.style.zoom = String(Math.max(SMALLEST, fitting(root)));
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {HTMLElement} root of its document
 */
function stretch(frame, root) {
  const bar = frame.clientHeight - root.clientHeight; // of what scrolls sideways
  const own = Math.ceil(root.getBoundingClientRect().height) + bar;
  frame.style.height = `${Math.min(own, TALLEST)}px`;
  const hidden = root.scrollHeight - root.clientHeight; // what hangs out below
  if (hidden > 0) frame.style.height = `${Math.min(own + hidden, TALLEST)}px`;
}

/**
 * @param {HTMLIFrameElement} frame
 * @param {Press} press
 */
function fit(frame, press) {
  const inside = frame.contentDocument;
  if (!inside?.body || inside.URL === "about:blank") return;
  const root = inside.documentElement;
  const measure = () => {
    if (!frame.clientWidth) return; // it is not on the page (any more), or not shown
    zoom(frame, root);
    stretch(frame, root);
  };
  const observer = new ResizeObserver(measure);
  for (const each of [frame, root, inside.body]) observer.observe(each);
  inside.addEventListener("load", measure, true); // of pictures
  inside.addEventListener("keydown", press);
  measure();
}

/**
 * Fits the frames that are there and those that come.
 * @param {Press} press what keys do while the focus is in the message
 */
export function startFrames(press = () => {}) {
  const frames = /** @type {HTMLIFrameElement[]} */ (findAll("iframe.frame"));
  for (const frame of frames) {
    if (frame.contentDocument?.readyState === "complete") fit(frame, press);
  }
  const loaded = (/** @type {Event} */ event) => {
    const frame = event.target;
    if (frame instanceof HTMLIFrameElement && frame.matches(".frame")) fit(frame, press);
  };
  document.addEventListener("load", loaded, true);
}
