// Live: the server says that a folder changed, the page asks what. After a lost link the page goes
// on from what it knows.

import { get } from "../pages/dom.js";
import { listData } from "../reading/list.js";
import { ask, askSoon } from "./changes.js";
import { showTrouble } from "./line.js";
import { Socket } from "./socket.js";
import { messageOfWay, renewWay } from "./way.js";

let isLost = false;
let folder = ""; // that the server watches for this page
let modseq = 0; // that the server knows this page to have
let message = ""; // whose delivery it follows

export function startLive() {
  const socket = new Socket({
    onOpen() {
      folder = message = "";
      // What was missed comes first, or the server would tell of it once more.
      if (isLost) ask(true).finally(() => subscribe(socket));
      else subscribe(socket);
      isLost = false;
    },
    onMessage: receive,
    onClose(isDead) {
      isLost = true;
      if (isDead || !navigator.onLine) showTrouble("offline");
    },
  });
  const observer = new MutationObserver(() => subscribe(socket));
  observer.observe(get(".panes"), { childList: true });
  const changes = new MutationObserver(() => subscribe(socket));
  changes.observe(get(".panes"), { subtree: true, attributeFilter: ["data-modseq"] });
  addEventListener("offline", () => showTrouble("offline"));
  addEventListener("online", () => {
    if (socket.isOpen) ask(true);
    else socket.reopen();
  });
}

/**
 * The server is told when another folder, changes of it, or another sent message is on the page.
 * @param {Socket} socket
 */
function subscribe(socket) {
  if (!socket.isOpen) return;
  const known = Number(listData("modseq")) || 0;
  const wanted = listData("watch") || listData("folder");
  if (folder !== wanted || modseq !== known) {
    folder = wanted;
    modseq = known;
    socket.send({ watch: folder, modseq });
  }
  if (message !== messageOfWay()) {
    message = messageOfWay();
    socket.send({ follow: message });
  }
}

/** @param {Record<string, string>} words */
function receive(words) {
  if (words.way) renewWay(words.way);
  if (words.away) showTrouble("unreachable");
  if (words.back) ask(true);
  if (words.folder) askSoon();
}
