// The search box: all mail, or the folder that is shown.

import { find, get, input } from "../pages/dom.js";
import { listAddress, listData, searchWords } from "./list.js";

/** The box follows the list: its folder is offered, its words stand in the box. */
export function showSearch() {
  const form = /** @type {HTMLFormElement} */ (get(".find"));
  const box = input("input", form);
  if (!box || form.dataset.of === listAddress()) return;
  form.dataset.of = listAddress();
  const words = searchWords();
  if (document.activeElement !== box) box.value = words;
  const options = /** @type {HTMLAnchorElement | null} */ (find("a", form));
  if (options) options.search = words ? `?q=${encodeURIComponent(words)}` : "";
  showPlace(form, words);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function showPlace(form, words) {
  const choice = /** @type {HTMLSelectElement | null} */ (find("select", form));
  const folder = listData("folder");
  const own = choice?.options[1];
  if (!choice || !own) return;
  choice.hidden = !folder;
  choice.selectedIndex = words && folder ? 1 : 0;
  if (folder) Object.assign(own, { value: folder, textContent: listData("label") });
  else own.value = "";
}

/**
 * Where a filled form leads: what is empty is not named.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} [button] that was pressed
 */
export function goalOf(form, button) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form, button ?? null)) {
    if (typeof value === "string" && value.trim()) query.append(name, value.trim());
  }
  const goal = new URL(form.action);
  goal.search = query.toString();
  return goal.href;
}
