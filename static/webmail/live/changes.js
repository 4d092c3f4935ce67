// What changed since the mod-sequence that the page knows, so that only that travels.

import { isConversation, renewCards } from "../reading/conversation.js";
import { setCounts, setUnseen } from "../reading/counts.js";
import { showFlags } from "../reading/flags.js";
import {
  isResults,
  list,
  listAddress,
  listData,
  openUid,
  openUids,
  row,
  rows,
} from "../reading/list.js";
import { showGone } from "../reading/message.js";
import { refresh } from "../reading/panes.js";
import { shownPart } from "../reading/scroll.js";
import { uidSet, uidsOf } from "../reading/uids.js";
import { countSoon } from "../search/counts.js";
import { arrange } from "./arrange.js";
import { showBack, showLine } from "./line.js";

const QUIET = 250; // ms in which several hints become one question

/**
 * @typedef {object} Changes the server's answer
 * @property {string} [gone] the folder is, in words
 * @property {boolean} [reset] the page knows too little for a difference
 * @property {string} modseq
 * @property {number[]} vanished
 * @property {({ uid: number } & import("../reading/flags.js").Flags)[]} flags
 * @property {import("./arrange.js").Slice} [page]
 * @property {import("./arrange.js").NewRow[]} [rows]
 * @property {number} unseen
 * @property {Record<string, number>} counts
 */

let asking = false;
let timer = 0;

/** After a hint: ask, unless more hints come. */
export function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => ask(false), QUIET);
}

/** @param {boolean} isBack say what was missed while there was no link */
export async function ask(isBack) {
  countSoon();
  if (isResults()) {
    refresh();
    return;
  }
  if (asking) {
    clearTimeout(timer);
    timer = setTimeout(() => ask(isBack), QUIET);
    return;
  }
  asking = true;
  try {
    const before = list();
    const answer = await fetch(question(), { headers: { "X-Pane": "changes" } });
    if (answer.status === 401) location.reload();
    if (!answer.ok) return;
    const changes = /** @type {Changes} */ (await answer.json());
    if (before !== list()) return; // another list is shown by now
    const count = apply(changes);
    if (isBack && !changes.gone) showBack(count, Number(answer.headers.get("X-Octets")));
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem; // no connection: the socket will say so
  } finally {
    asking = false;
  }
}

function question() {
  const shown = rows().map((one) => one.dataset);
  const versions = new Map(shown.map(({ uid, version }) => [Number(uid), version]));
  const uids = [...versions.keys()].sort((a, b) => a - b);
  const query = new URL(listAddress()).searchParams;
  for (const name of ["validity", "modseq", "messages"]) query.set(name, listData(name));
  const part = shownPart();
  if (part) for (const [name, value] of Object.entries(part)) query.set(name, String(value));
  if (shown.some(({ version }) => version)) {
    query.set("versions", uids.map((uid) => versions.get(uid) ?? "").join(","));
    query.set("open", openUids());
  } else if (openUid()) uids.push(Number(openUid()));
  query.set("known", uidSet(uids));
  return `${listData("changes")}?${query}`;
}

/**
 * @param {Changes} changes
 * @returns {number} of things that look different
 */
function apply(changes) {
  if (changes.gone || changes.reset) {
    showGone();
    if (changes.gone) showLine(changes.gone, "info");
    else refresh();
    return 0;
  }
  list().dataset.modseq = changes.modseq;
  let count = 0;
  const opened = uidsOf(openUids());
  if (opened.length && opened.every((uid) => changes.vanished.includes(uid))) showGone();
  for (const { uid, ...flags } of changes.flags) {
    const own = row(uid);
    if (own && showFlags(own, flags)) count += 1;
  }
  if (changes.page) count += rearrange(changes.page, changes.rows ?? []);
  setUnseen(changes.unseen);
  setCounts(changes.counts);
  if (isConversation()) renewCards(changes.vanished);
  return count;
}

/**
 * @param {import("./arrange.js").Slice} slice
 * @param {import("./arrange.js").NewRow[]} fresh
 */
function rearrange(slice, fresh) {
  const done = arrange(slice, fresh);
  if (!done) refresh();
  else if (done.missing) askSoon(); // it came while this was asked
  return done?.count ?? 1;
}
