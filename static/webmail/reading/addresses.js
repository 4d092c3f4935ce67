// What the address of a message says: it is its list's, then its UID, then which part of the list.

/**
 * The UID of the message, or of one of the conversation, that an address opens.
 * @param {string} url whole, with the host
 * @returns {string | undefined}
 */
export const uidIn = (url) => new URL(url).pathname.match(/\/(\d+)\/(?:conversation\/)?$/)?.[1];

/**
 * The words that are searchWords for.
 * @param {string} url
 */
export const searchWordsIn = (url) => new URL(url).searchParams.get("q") ?? "";

/**
 * Whether an address opens a message of the very list that is shown, so that the message alone is
 * to be fetched.
 * @param {string} url
 * @param {string} list the address of the list
 * @param {(uid: string) => boolean} isShown whether a message has a row, as others came by scrolling
 */
export function isOfList(url, list, isShown = () => false) {
  const [goal, here] = [new URL(url), new URL(list)];
  /** @param {string} name */
  const same = (name) =>
    (goal.searchParams.get(name) ?? "") === (here.searchParams.get(name) ?? "");
  const isMessage = Boolean(uidIn(url));
  if (here.pathname === "/search/") {
    return isMessage && goal.searchParams.has("all") && same("q") && same("from") && same("sort");
  }
  const rest = goal.pathname.startsWith(here.pathname) && goal.pathname.slice(here.pathname.length);
  const isHere = Boolean(rest) && /^\d+\/(?:conversation\/)?$/.test(String(rest)) && same("q");
  return isHere && (["before", "after", "from"].every(same) || isShown(uidIn(url) ?? ""));
}
