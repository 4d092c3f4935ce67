// The open conversation: folded messages are fetched when they are opened, new ones join at its end.

import { find, findAll, fragment, get } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { listData, openUids } from "./list.js";
import { uidSet, uidsOf } from "./uids.js";

const LEAVES = new Set(["archive", "delete", "junk", "move"]);

export const isConversation = () => Boolean(find("#cards"));

/** @returns {HTMLDetailsElement[]} the messages, the oldest first */
const cards = () => /** @type {HTMLDetailsElement[]} */ (findAll("#cards > .one"));

/**
 * @param {string} url of a message
 * @param {HTMLElement} card that shows it
 */
async function load(url, card) {
  try {
    const answer = await fetch(url, { headers: { "X-Pane": "card" } });
    if (answer.status === 401) location.reload();
    if (!answer.ok) throw new Error((await answer.json()).text);
    get(".inside", card).replaceChildren(fragment(await answer.text()));
    card.classList.remove("unread");
    find("summary .who > .sr", card)?.remove();
  } catch (problem) {
    toast(problem instanceof TypeError ? say("canBeRead") : String(problem).replace("Error: ", ""));
  }
}

/** @param {Event} event */
function unfold(event) {
  const card = event.target;
  if (!(card instanceof HTMLDetailsElement) || !card.matches(".one") || !card.open) return;
  if (find("[data-wait]", card)) load(card.dataset.src ?? "", card);
}

/** @param {MouseEvent} event */
function renew(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-renew]") : null;
  const card = /** @type {HTMLElement | null} */ (link?.closest(".one"));
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const one of findAll("[popover]:popover-open")) one.hidePopover();
  load(/** @type {HTMLAnchorElement} */ (link).href, card);
}

/**
 * The next message of the conversation, opened.
 * @param {number} by
 */
export function stepCard(by) {
  const all = cards();
  const at = all.findIndex((card) => card.contains(document.activeElement));
  const goal = all[at < 0 ? all.length - 1 : at + by];
  if (!goal) return;
  goal.open = true;
  find("summary", goal)?.focus();
  goal.scrollIntoView({ block: "nearest" });
}

/**
 * What became of one message.
 * @param {HTMLElement} form of its actions
 * @param {string} what was done
 */
export function showCardOutcome(form, what) {
  const card = /** @type {HTMLDetailsElement | null} */ (form.closest(".one"));
  if (!card) return;
  if (LEAVES.has(what)) card.remove();
  if (what === "unread") {
    card.open = false;
    card.classList.add("unread");
    get(".inside", card).innerHTML = "<p data-wait></p>";
  }
  if (what.endsWith("flag")) {
    const button = /** @type {HTMLButtonElement | null} */ (find("[data-flag]", form));
    if (button) {
      button.value = what === "flag" ? "unflag" : "flag";
      get("span", button).textContent = say(button.value);
    }
  }
}

/**
 * After a change: what went is taken out, what came is put in its place and said aloud. It counts
 * as read when the page is seen.
 * @param {number[]} vanished from this folder
 */
export async function renewCards(vanished) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => renewCards(vanished), { once: true });
    return;
  }
  const message = get("#letter");
  const gone = new Set(vanished.map((uid) => `${listData("folder")}/${uid}`));
  for (const card of cards()) if (gone.has(card.dataset.place ?? "")) card.remove();
  const left = uidsOf(openUids()).filter((uid) => !vanished.includes(uid));
  if (!left.length) return;
  message.dataset.uids = uidSet(left);
  const own = new URL(message.dataset.cards ?? "", location.href);
  own.pathname = own.pathname.replace(/\d+(?=\/conversation\/$)/, String(left[0]));
  for (const card of cards()) own.searchParams.append("known", card.dataset.place ?? "");
  const answer = await fetch(own, { headers: { "X-Pane": "cards" } }).catch(() => null);
  if (!answer?.ok || message !== find("#letter")) return;
  const fresh = fragment(await answer.text());
  const uids = find("[data-uids]", fresh)?.dataset.uids;
  if (uids) {
    message.dataset.uids = uids;
    const field = /** @type {HTMLInputElement} */ (get('#one [name="uid"]'));
    field.value = uids;
  }
  join(/** @type {HTMLDetailsElement[]} */ (findAll(".one", fresh)));
}

/** @param {HTMLDetailsElement[]} fresh cards */
function join(fresh) {
  for (const card of fresh) {
    const time = Number(card.dataset.at);
    const next = cards().find((one) => Number(one.dataset.at) > time);
    get("#cards").insertBefore(card, next ?? null);
  }
  const last = fresh.at(-1);
  if (!last) return;
  const name = find("summary .name", last)?.textContent ?? "";
  get("#joined").textContent = say("joined", { name });
}

/**
 * The button offers the other thing.
 * @param {string} what was done: mute or unmute
 */
export function showMuted(what) {
  const other = what === "mute" ? "unmute" : "mute";
  for (const button of /** @type {HTMLButtonElement[]} */ (findAll("[data-mute]"))) {
    button.value = other;
    get("span", button).textContent = say(other);
  }
}

export function startConversations() {
  document.addEventListener("toggle", unfold, true);
  document.addEventListener("click", renew);
}
