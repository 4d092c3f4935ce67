// Going from list to list and from message to message: only the panes that change are fetched.

import { find, fragment, get } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { countSoon } from "../search/counts.js";
import { isOfList, uidIn } from "./addresses.js";
import { setCounts } from "./counts.js";
import { keepState } from "./keep.js";
import { listAddress, listData, openUid, row } from "./list.js";
import { showGone, showOpened } from "./message.js";
import { fill } from "./scroll.js";

const PANES = ["folder-rows", "saved-searches", "list", "moves", "letter"];
const SLOW = 300; // ms until the page says that it is busy
let turn = 0;
/** @type {AbortController | null} */
let running = null;

/**
 * @param {string} url
 * @param {{ push?: boolean, only?: string, quiet?: boolean }} [options] `push` makes it a step of
 *   the browser's history, `only` names the panes to fetch, `quiet` leaves the focus where it is
 */
export async function go(url, { push = true, only = "", quiet = false } = {}) {
  turn += 1;
  const mine = turn;
  running?.abort();
  running = new AbortController();
  const goal = new URL(url, location.href).href;
  const pane = only || (isOfList(goal, listAddress(), hasRow) ? "letter" : "all");
  const slow = setTimeout(() => get(".panes").setAttribute("aria-busy", "true"), SLOW);
  try {
    const answer = await fetch(goal, { headers: { "X-Pane": pane }, signal: running.signal });
    if (!answer.ok) {
      await complain(answer, goal);
      return;
    }
    const text = await answer.text();
    if (mine !== turn) return;
    show(text);
    if (push && location.href !== answer.url) history.pushState({}, "", answer.url);
    if (!quiet) settle();
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") return;
    toast(say("canBeRead"));
  } finally {
    clearTimeout(slow);
    if (mine === turn) get(".panes").removeAttribute("aria-busy");
  }
}

/** @param {string} uid */
const hasRow = (uid) => row(uid) !== null;

export const refresh = () => go(listAddress(), { push: false, only: "list", quiet: true });

/** @param {string} html panes as the server drew them */
function show(html) {
  const fresh = fragment(html);
  const scroll = find("#rows")?.scrollTop ?? 0;
  const before = listData("url");
  const restore = find("#list", fresh)?.dataset.url === before ? keepState(fresh) : null;
  for (const id of PANES) {
    const pane = find(`#${id}`, fresh);
    if (pane) get(`#${id}`).replaceWith(pane);
  }
  const counts = find("#folder-counts", fresh)?.getAttribute("value");
  if (counts) setCounts(JSON.parse(counts));
  restore?.();
  const rows = find("#rows");
  if (rows && listData("url") === before) rows.scrollTop = scroll;
  showOpened();
  fill();
  countSoon();
}

/** The folders step aside, and the focus goes to what was asked for. */
function settle() {
  const folders = get("#folders");
  if (folders.matches(":popover-open")) folders.hidePopover();
  find(openUid() ? "#subject" : "#list-title")?.focus({ preventScroll: true });
}

/**
 * @param {Response} answer one that says no
 * @param {string} url
 */
async function complain(answer, url) {
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const words = isJson ? await answer.json() : { login: url };
  if (words.login) {
    location.assign(words.login);
    return;
  }
  toast(words.text);
  const uid = uidIn(url);
  if (answer.status === 404 && uid) {
    row(uid)?.remove();
    if (openUid() === uid) showGone();
  }
}
