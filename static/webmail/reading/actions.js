// Actions: first on the page, then on the server, taken back when it says no.

import { askSoon } from "../live/changes.js";
import { find, findAll, get } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { clearToasts, toast } from "../pages/toasts.js";
import { say, sayOf } from "../pages/words.js";
import { setUnseen, unseen } from "./counts.js";
import { changeFlags, showFlagged } from "./flags.js";
import { openUid, row, rows } from "./list.js";
import { backToList } from "./message.js";
import { refresh } from "./panes.js";
import { clearSelection, everythingBox, showSelection } from "./selection.js";

const LEAVES = new Set(["archive", "delete", "junk", "move"]); // what takes a row out of the list

/**
 * @param {HTMLFormElement} form one with data-act
 * @param {HTMLElement | null} submitter
 */
export async function act(form, submitter) {
  const data = new FormData(form, submitter);
  const token = formToken();
  if (token) data.set("csrfmiddlewaretoken", token);
  const what = data.get("to") ? "move" : String(data.get("do"));
  const count = data.get("all") ? Number(everythingBox()?.dataset.count) : 0;
  if (count && what === "delete" && !confirm(sayOf("deleteAll", count))) return;
  const kind = form.dataset.act ?? "";
  const uids = count ? rows().map((one) => one.dataset.uid ?? "") : data.getAll("uid").map(String);
  const takeBack = ["undo", "receipt"].includes(kind) ? () => {} : showOutcome(what, uids);
  if (count) toast(sayOf("oneMoment", count));
  for (const one of findAll("[popover]:popover-open")) one.hidePopover();
  if (kind === "undo") clearToasts();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { "X-Pane": "1" },
    });
    const words = await answer.json();
    if (words.login) location.assign(words.login);
    if (!answer.ok) throw new Error(words.text);
    toast(words.text, words.undo);
    if (kind === "receipt") form.remove();
    if (count || kind === "undo" || !rows().length) refresh();
    else askSoon();
  } catch (problem) {
    takeBack();
    const noAnswer = problem instanceof TypeError || !(problem instanceof Error);
    toast(noAnswer ? say("nothingChanged") : problem.message);
  }
}

/**
 * Shows the outcome at once.
 * @param {string} what
 * @param {string[]} uids
 * @returns {() => void} takes it back
 */
function showOutcome(what, uids) {
  const items = uids.map(row).filter((one) => one !== null);
  const before = unseen();
  /** @type {[HTMLElement, Element | null, Node][]} */
  const copies = items.map((item) => [item, item.nextElementSibling, item.cloneNode(true)]);
  const message = uids.includes(openUid() ?? "") ? find("#letter") : null;
  clearSelection();
  if (LEAVES.has(what)) takeOut(items, message);
  else {
    for (const item of items) changeFlags(item, what);
    if (message && what === "unread") backToList();
    else if (message && what.endsWith("flag")) showFlagged(message, what === "flag");
  }
  showSelection();
  return () => {
    for (const [item, next, copy] of copies.reverse()) {
      if (item.isConnected) item.replaceWith(copy);
      else get("#rows").insertBefore(copy, next?.isConnected ? next : null);
    }
    setUnseen(before);
  };
}

/**
 * @param {HTMLElement[]} items
 * @param {HTMLElement | null} message the open message, when it is one of them
 */
function takeOut(items, message) {
  const next = items.at(-1)?.nextElementSibling ?? items[0]?.previousElementSibling;
  const unread = items.filter((item) => item.classList.contains("unread")).length;
  for (const item of items) item.remove();
  setUnseen(unseen() - unread);
  if (message) backToList();
  find(".open", next ?? undefined)?.focus({ preventScroll: true });
}
