// A message that its sender designed stands in a frame, of which a browser prints what can be seen.
// So its words are printed in the frame's place; the page "Print as designed" prints the design.

import { find, get } from "../pages/dom.js";

/** @type {HTMLElement | null} what stands in the frame's place */
let words = null;

function showWords() {
  const frame = find("#letter .frame");
  const address = get("#letter").dataset.words;
  if (!frame || !address || words) return;
  const request = new XMLHttpRequest();
  request.open("GET", address, false); // what comes later is not printed
  try {
    request.send();
  } catch {
    return; // no connection: what can be seen is printed
  }
  if (request.status !== 200) return;
  words = document.createElement("div");
  words.className = "plain";
  words.innerHTML = request.responseText;
  frame.after(words);
  frame.hidden = true;
}

function hideWords() {
  const frame = /** @type {HTMLElement | null} */ (words?.previousElementSibling ?? null);
  if (frame) frame.hidden = false;
  words?.remove();
  words = null;
}

export function startPrinting() {
  addEventListener("beforeprint", showWords);
  addEventListener("afterprint", hideWords);
}
