// Actions on very many messages go on by themselves: how far they are is asked now and then.

import { pageData } from "../pages/dom.js";
import { toast } from "../pages/toasts.js";

const FIRST = 500; // ms until the next question; longer, the longer it takes
const LONGEST = 4000;

/** @typedef {object} News what the server tells of an action
 * @property {string} text
 * @property {import("../pages/toasts.js").Undo} [undo]
 * @property {string} [follow] the address that tells more; none once it has ended
 * @property {number} [done]
 * @property {number} [total]
 * @property {string} [login] where to sign in first
 */

/**
 * Tell of an action until it has ended.
 * @param {News} news
 * @returns {Promise<boolean>} whether its end was heard of
 */
export async function follow(news) {
  let now = news;
  for (let pause = FIRST; now.follow; pause = Math.min(pause * 1.5, LONGEST)) {
    toast(now.text, undefined, { done: now.done ?? 0, total: now.total ?? 0 });
    await new Promise((done) => setTimeout(done, pause));
    const next = await ask(now.follow);
    if (next === null) return false;
    now = next ?? now;
  }
  toast(now.text, now.undo);
  return true;
}

/**
 * @param {string} address
 * @returns {Promise<News | null | undefined>} null: nothing is known of it; undefined: no connection
 */
async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { "X-Pane": "bulk" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return undefined;
  }
}

/**
 * What goes on since before this page was opened.
 * @param {() => void} ended
 */
export async function followOthers(ended) {
  const address = pageData("follow");
  const news = address ? await ask(address) : null;
  if (news && (await follow(news))) ended();
}
