// Actions: first on the page, then on the server, taken back when it says no.

import { askSoon } from "../live/changes.js";
import { find, findAll, get, input, pageData } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { clearToasts, toast } from "../pages/toasts.js";
import { say, sayOf } from "../pages/words.js";
import { showCardOutcome, showMuted } from "./conversation.js";
import { setUnseen, unseen } from "./counts.js";
import { changeFlags, showFlagged } from "./flags.js";
import { follow } from "./follow.js";
import { isResults, openRow, openUid, row, rows } from "./list.js";
import { backToList } from "./message.js";
import { go, refresh } from "./panes.js";
import { clearSelection, everythingBox, showSelection } from "./selection.js";
import { uidsOf } from "./uids.js";

const LEAVES = new Set(["archive", "delete", "junk", "move"]); // what takes a row out of the list

/**
 * What a button of the list does, done to these rows: all that are chosen, if they are among them.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement[]} chosen
 */
export function actOn(button, chosen) {
  const form = button.form;
  if (!form) return;
  const boxes = chosen.map((one) => input('[name="uid"]', one));
  const all = everythingBox()?.checked && boxes.every((box) => box?.checked);
  act(form, button, all ? undefined : boxes.map((box) => box?.value ?? ""));
}

/**
 * @param {HTMLFormElement} form one with data-act
 * @param {HTMLElement | null} submitter
 * @param {string[]} [only] values of the boxes of the rows that it is about, whatever is chosen
 */
export async function act(form, submitter, only) {
  const data = new FormData(form, submitter);
  if (only) {
    for (const name of ["all", "uid"]) data.delete(name);
    for (const value of only) data.append("uid", value);
  }
  const token = formToken();
  if (token) data.set("csrfmiddlewaretoken", token);
  const what = data.get("to") || data.get("snooze") ? "move" : String(data.get("do"));
  const count = data.get("all") ? Number(everythingBox()?.dataset.count) : 0;
  if (count && what === "delete" && !confirm(sayOf("deleteAll", count))) return;
  const kind = form.dataset.act ?? "";
  const items = count ? rows() : chosenRows(data);
  const aside = ["undo", "receipt", "card"].includes(kind);
  const takeBack = aside ? () => {} : showOutcome(what, items, isOpen(data, items));
  if (count) toast(sayOf("oneMoment", count));
  for (const one of findAll("[popover]:popover-open")) one.hidePopover();
  if (kind === "undo") clearToasts();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { "X-Pane": "1" },
      keepalive: count > 0, // the page may be closed meanwhile
    });
    const words = await answer.json();
    if (words.login) location.assign(words.login);
    if (words.heard && !words.follow) fetch(words.heard, { headers: { "X-Pane": "bulk" } });
    if (!answer.ok) throw new Error(words.text);
    if (kind === "receipt") form.remove();
    if (kind === "card") showCardOutcome(form, what);
    if (what.endsWith("mute")) showMuted(what);
    await follow(words);
    if (count || words.follow || isResults() || !rows().length) refresh();
    else askSoon();
  } catch (problem) {
    takeBack();
    const noAnswer = problem instanceof TypeError || !(problem instanceof Error);
    toast(noAnswer ? say("nothingChanged") : problem.message);
  }
}

/**
 * The rows that a form is about: a value of it names all messages of one, or among results its
 * message and folder.
 * @param {FormData} data
 * @returns {HTMLElement[]}
 */
const chosenRows = (data) =>
  data.getAll("uid").flatMap((value) => {
    const found = String(value).split(" ").length > 2 ? rowOfBox(String(value)) : rowOf(value);
    return found ? [found] : [];
  });

/** @param {string} value */
const rowOfBox = (value) =>
  rows().find((one) => input('[name="uid"]', one)?.value === value) ?? null;

/** @param {FormDataEntryValue} value */
const rowOf = (value) => setOf(value).map(row).find(Boolean) ?? null;

/** @param {FormDataEntryValue} value */
const setOf = (value) => uidsOf(String(value).split(" ")[0] ?? "");

/**
 * Whether the open message is one of those that a form is about.
 * @param {FormData} data
 * @param {HTMLElement[]} items
 */
function isOpen(data, items) {
  const shown = openRow();
  if (shown && items.includes(shown)) return true;
  const uid = Number(openUid());
  return !isResults() && data.getAll("uid").some((value) => setOf(value).includes(uid));
}

/**
 * Shows the outcome at once.
 * @param {string} what
 * @param {HTMLElement[]} items
 * @param {boolean} open whether the open message is among them
 * @returns {() => void} takes it back
 */
function showOutcome(what, items, open) {
  const before = unseen();
  /** @type {[HTMLElement, Element | null, Node][]} */
  const copies = items.map((item) => [item, item.nextElementSibling, item.cloneNode(true)]);
  const message = open ? find("#letter") : null;
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
  const [below, above] = [items.at(-1)?.nextElementSibling, items[0]?.previousElementSibling];
  const next = below ?? above;
  const unread = items.filter((item) => item.classList.contains("unread")).length;
  for (const item of items) item.remove();
  setUnseen(unseen() - unread);
  if (message && showAnother(below, above)) return;
  if (message) backToList();
  find(".open", next ?? undefined)?.focus({ preventScroll: true });
}

/**
 * In place of the open message, which has gone, the next or the previous one, if that is set.
 * @param {Element | null | undefined} below
 * @param {Element | null | undefined} above
 */
function showAnother(below, above) {
  const wanted = { next: below, previous: above }[pageData("after")];
  const link = wanted ? /** @type {HTMLAnchorElement | null} */ (find(".open", wanted)) : null;
  if (link) go(link.href);
  return link !== null;
}
