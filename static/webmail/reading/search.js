// The search box searches the list that is shown, not the one that the page was loaded with.

import { get, input } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { listAddress, listData, searchWords } from "./list.js";

export function showSearch() {
  const form = /** @type {HTMLFormElement} */ (get(".find"));
  const box = input("input", form);
  if (!box || form.dataset.of === listAddress()) return;
  form.dataset.of = listAddress();
  form.action = new URL(listAddress()).pathname;
  box.placeholder = say("search", { label: listData("label") });
  box.setAttribute("aria-label", say("searchIn", { label: listData("label") }));
  if (document.activeElement !== box) box.value = searchWords();
}

/**
 * Where a filled search form leads.
 * @param {HTMLFormElement} form
 */
export function goalOf(form) {
  const words = String(new FormData(form).get("q") ?? "").trim();
  return words ? `${form.action}?q=${encodeURIComponent(words)}` : form.action;
}
