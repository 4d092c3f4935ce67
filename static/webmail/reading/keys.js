// Gmail's keys.

import { find, findAll, get, icon } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { isConversation, stepCard } from "./conversation.js";
import { folderLinks, isGone, openRow, openUid, rows } from "./list.js";
import { backToList } from "./message.js";
import { go } from "./panes.js";
import { extend } from "./scroll.js";
import { selectedBoxes } from "./selection.js";

/** @type {Record<string, string>} roles of folders, by the key that follows "g" */
const FOLDERS = { i: "inbox", t: "sent", d: "drafts", a: "archive" };

/** Keys that a second one follows: a folder, or all of the rows and none. */
const LEADERS = new Set(["g", "*"]);

/** @type {Record<string, () => unknown>} */
const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: open,
  u: () => openUid() && backToList(),
  x: () => box()?.click(),
  e: () => pressOn(["archive"]),
  "#": () => pressOn(["delete"]),
  "!": () => pressOn(["junk"]),
  s: () => pressOn(["flag", "unflag"]),
  m: () => pressOn(["mute", "unmute"]),
  I: () => pressOn(["read"]),
  U: () => pressOn(["unread"]),
  v: () => openSheet("move"),
  b: () => openSheet("snooze"),
  r: () => answer("r"),
  a: () => answer("a"),
  f: () => answer("f"),
  c: () => find(".write")?.click(),
  z: () => findAll('#toasts :is([data-undo], [data-act="undo"] button)').at(-1)?.click(),
  n: () => (isConversation() ? stepCard(1) : find('.pager [rel="next"]')?.click()),
  p: () => (isConversation() ? stepCard(-1) : find('.pager [rel="prev"]')?.click()),
  "/": () => find(".find input")?.focus(),
  "?": help,
  Escape: leave,
};

/** @param {boolean} on */
function tickAll(on) {
  const box = /** @type {HTMLInputElement | null} */ (find("[data-all]"));
  if (!box) return;
  box.checked = on;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

let leader = "";
/** @type {HTMLElement | null} the row that a key chose last */
let lastRow = null;

/** @param {string} key as KeyboardEvent names it */
export function press(key) {
  const first = leader;
  const role = first === "g" && FOLDERS[key];
  const isSecond = Boolean(first);
  leader = LEADERS.has(key) && !isSecond ? key : "";
  if (first === "*" && "an".includes(key)) tickAll(key === "a");
  else if (role)
    folderLinks()
      .find((link) => link.dataset.role === role)
      ?.click();
  else if (!isSecond) KEYS[key]?.();
}

/**
 * An arrow goes to the next row, with Shift it takes it into the choice or, going back, out of it.
 * @param {string} key
 * @param {boolean} choosing
 */
export async function pressArrow(key, choosing) {
  const way = key === "ArrowDown" ? 1 : -1;
  const from = here();
  if (from && choosing) tick(from, true);
  const isBack = Boolean(from && choosing && isTicked(beside(from, way)));
  await step(way);
  const to = here();
  if (!choosing || !to || to === from) return;
  if (isBack && from) tick(from, false);
  tick(to, true);
}

/** @param {HTMLElement | undefined} at */
const isTicked = (at) => Boolean(at && find(":checked", at));

/**
 * @param {HTMLElement} at
 * @param {boolean} on
 */
function tick(at, on) {
  if (isTicked(at) !== on) find('[name="uid"]', at)?.click();
}

/** The row that a key is about. */
function here() {
  const focused = document.activeElement?.closest(".row") ?? null;
  if (focused) return /** @type {HTMLElement} */ (focused);
  const current = openRow();
  return current ?? (lastRow?.isConnected ? lastRow : null);
}

/** @returns {HTMLElement | null} the box that chooses that row */
function box() {
  const at = here();
  return at && find('[name="uid"]', at);
}

function open() {
  const at = here();
  if (at) find(".open", at)?.click();
}

/** @param {number} by */
async function step(by) {
  const at = here();
  const next = at ? beside(at, by) : rows()[0];
  if (!next) {
    await extend(by > 0 ? "next" : "prev");
    if (at && beside(at, by)) step(by);
    return;
  }
  lastRow = next;
  const link = /** @type {HTMLAnchorElement} */ (get(".open", next));
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (openUid()) go(link.href, { quiet: true });
}

/**
 * Presses the button that does it: the open message's, else the list's for the chosen rows.
 * @param {string[]} values
 */
function pressOn(values) {
  const pick = values.map((value) => `[value="${value}"]`).join(",");
  if (!selectedBoxes().length) {
    if (isGone()) {
      toast(say("notHere"));
      return;
    }
    const button = find(`#one :is(${pick}), #more :is(${pick})`);
    if (button) {
      button.click();
      return;
    }
    if (!box()) {
      toast(say("chooseFirst"));
      return;
    }
    box()?.click();
  }
  find(`#bulk :is(${pick})`)?.click();
}

/** @param {string} name of what the chosen rows, or the open message, are to have done */
function openSheet(name) {
  const one = openUid() && !selectedBoxes().length;
  if (!one && !selectedBoxes().length) box()?.click();
  const sheet = find(one ? `#one-${name}` : `#bulk-${name}`);
  if (!sheet) return;
  sheet.showPopover();
  if (name !== "move") find("button", sheet)?.focus(); // the other one has a field
}

/**
/**
 * @param {HTMLElement} at
 * @param {number} by
 */
const beside = (at, by) => rows()[rows().indexOf(at) + by];

/**
 * Of a conversation the message where the focus is, else the newest that is open.
 * @param {string} key that the link itself names
 */
function answer(key) {
  const at = document.activeElement?.closest(".one");
  const links = findAll(`#letter :is(.tools, .one[open]) [data-key="${key}"]`);
  (links.find((link) => at?.contains(link)) ?? links.at(-1))?.click();
}

/** One step out: first of a choice, then of the open message. */
function leave() {
  if (selectedBoxes().length) for (const one of selectedBoxes()) one.click();
  else if (openUid()) backToList();
}

async function help() {
  const page = /** @type {HTMLAnchorElement} */ (get("[data-help]")).href;
  const html = await (await fetch(page)).text();
  const words = new DOMParser().parseFromString(html, "text/html").getElementById("keys-help");
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", say("shortcuts"));
  dialog.innerHTML = `<form method="dialog"><button class="tool">${icon("close")}</button></form>`;
  get("button", dialog).setAttribute("aria-label", say("close"));
  dialog.append(words ?? "");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
