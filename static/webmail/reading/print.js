// A message that its sender designed stands in a frame, of which a browser prints what can be seen.
// So its words are printed in the frame's place when the browser's menu prints this page. Ctrl+P and
// "Print as designed" print the message alone: a page of its own with its heads and all of it.

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

/**
 * Prints that page in a frame that is not seen: this one stays as it is.
 * @param {HTMLAnchorElement} link to it
 */
function printDesign(link) {
  find("#printed")?.remove();
  const frame = document.createElement("iframe");
  const title = link.textContent?.trim();
  Object.assign(frame, { id: "printed", className: "sr", title, src: link.href });
  frame.setAttribute("aria-hidden", "true");
  frame.setAttribute("sandbox", "allow-same-origin allow-modals");
  frame.addEventListener("load", () => frame.contentWindow?.print());
  document.body.append(frame);
}

/**
 * @param {Event} event a key or a click that may ask for it
 */
export function printIfWanted(event) {
  const link = /** @type {HTMLAnchorElement | null} */ (find("#letter [data-print]"));
  if (!link || event.defaultPrevented) return;
  if (event instanceof MouseEvent) {
    const at = event.target instanceof Element ? event.target.closest("[data-print]") : null;
    if (!at || event.ctrlKey || event.metaKey || event.shiftKey) return;
  } else {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = /** @type {KeyboardEvent} */ (event);
    if (key !== "p" || !(ctrlKey || metaKey) || altKey || shiftKey) return;
  }
  event.preventDefault();
  find("#more:popover-open")?.hidePopover();
  printDesign(link);
}

export function startPrinting() {
  document.addEventListener("click", printIfWanted);
  addEventListener("beforeprint", showWords);
  addEventListener("afterprint", hideWords);
}
