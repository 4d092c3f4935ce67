// The way of a sent message: looked at again whenever the server says that something happened.

import { Socket } from "../live/socket.js";
import { find, get } from "../pages/dom.js";

const SOON = 1000; // ms between looks while the socket is closed
const LATER = 5000; // and while it is open

let isLeaving = false;
let isLive = false; // the socket is open: the server tells of each step
let timer = 0;
let lastHtml = "";

async function look() {
  clearTimeout(timer);
  if (isLeaving) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Pane": "status" } });
    const text = await answer.text();
    if (answer.ok && text !== lastHtml) show(text);
  } catch {
    isLive = false;
  }
  if (!find("#status [data-final='1']")) timer = setTimeout(look, isLive ? LATER : SOON);
}

/** @param {string} html */
function show(html) {
  lastHtml = html;
  const box = get("#status");
  const isFolded = find("details:not([open])", box) !== null;
  box.innerHTML = html;
  if (isFolded) find("details", box)?.removeAttribute("open");
  document.title = `${get("h1", box).textContent} · Lemonade`;
}

const socket = new Socket({
  onOpen() {
    isLive = true;
    socket.send({ follow: get("#way").dataset.message });
    look(); // what happened before it listened, it does not tell
  },
  onMessage: look,
  onClose() {
    isLive = false;
  },
});
document.addEventListener("submit", () => {
  isLeaving = true;
});
addEventListener("pageshow", () => {
  isLeaving = false;
});
timer = setTimeout(look, SOON);
