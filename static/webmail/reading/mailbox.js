// The mailbox without full reloads. Every link and form here works without this file too: it only
// fetches the panes that change, and acts before the server has answered.

import { startViewer } from "../attachments/viewer.js";
import { startLive } from "../live/live.js";
import { find, get } from "../pages/dom.js";
import { setZone } from "../pages/session.js";
import { startToasts } from "../pages/toasts.js";
import { startCompletion } from "../search/completion.js";
import { countSoon } from "../search/counts.js";
import { endWriting, startWriter } from "../writing/opener.js";
import { forgetAtSignOut } from "../writing/store.js";
import { offerUnsent } from "../writing/unsent.js";
import { act } from "./actions.js";
import { startConversations } from "./conversation.js";
import { setTitle } from "./counts.js";
import { startDrags } from "./drag.js";
import { followOthers } from "./follow.js";
import { startFrames } from "./frame.js";
import { press, pressArrow } from "./keys.js";
import { listAddress } from "./list.js";
import { backToList, close } from "./message.js";
import { startNarrowing } from "./narrow.js";
import { chooseOrder } from "./order.js";
import { go, refresh } from "./panes.js";
import { printIfWanted, startPrinting } from "./print.js";
import { returnTo, startScroll } from "./scroll.js";
import { goalOf, showSearch } from "./search.js";
import { chooseByBox, chooseByClick } from "./selection.js";
import { showMoment } from "./slim.js";
import { startSnooze } from "./snooze.js";
import { startSwipes } from "./swipe.js";

/** @param {MouseEvent} event */
function followLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.defaultPrevented || event.button) return;
  if (link.matches("[data-help]")) {
    event.preventDefault();
    get("#account").hidePopover();
    press("?");
  }
  if (!link.matches("[data-nav]") || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.matches("[data-back]")) backToList();
  else go(link.href);
}

/** @param {SubmitEvent} event */
function submit(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("[data-act], [data-nav], [data-order]")) return;
  if (event.submitter?.hasAttribute("formaction")) return; // it leads to another page
  event.preventDefault();
  if (form.matches("[data-order]")) chooseOrder(form, event.submitter);
  else if (form.matches("[data-act]")) act(form, event.submitter);
  else go(goalOf(form, event.submitter));
}

const NAMED = new Set(["Escape", "ArrowDown", "ArrowUp"]);

/** @param {KeyboardEvent} event */
function pressKey(event) {
  printIfWanted(event);
  const at = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (at?.closest("input, textarea, select, dialog, .writer")) return;
  if (event.key.length > 1 && !NAMED.has(event.key)) return;
  if (event.key.startsWith("Arrow")) {
    if (!at?.closest(".row")) return; // elsewhere they scroll
    event.preventDefault();
    pressArrow(event.key, event.shiftKey);
    return;
  }
  if (event.key === "Escape" && find(":popover-open")) return; // the browser closes it
  if (event.key === "/") event.preventDefault(); // it leads to the box, and is no word
  press(event.key);
}

document.addEventListener("click", chooseByClick);
document.addEventListener("click", followLink);
document.addEventListener("change", chooseByBox);
document.addEventListener("submit", submit);
document.addEventListener("pointerover", showMoment);
document.addEventListener("keydown", pressKey);
startConversations();
addEventListener("popstate", async (event) => {
  if (location.href === listAddress()) close();
  else {
    await go(location.href, { push: false });
    await returnTo(event.state);
  }
});

if (setZone()) go(location.href, { push: false, only: "all", quiet: true });
else returnTo(history.state);
startToasts();
showSearch();
setTitle();
startScroll();
startDrags();
startSwipes();
startSnooze();
startNarrowing();
startPrinting();
startFrames(pressKey);
startViewer();
startLive();
forgetAtSignOut(endWriting);
startWriter();
offerUnsent();
countSoon();
startCompletion();
followOthers(refresh);
