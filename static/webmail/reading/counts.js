// How many messages are unread: in the title of the page, above the list and beside its folder.

import { cloneTemplate, find, get } from "../pages/dom.js";
import { sayOf } from "../pages/words.js";
import { folderLink, folderLinks, list, listData, openUid, searchWords } from "./list.js";

export const unseen = () => Number(listData("unseen"));

/** @param {number} count of the folder that is shown */
export function setUnseen(count) {
  const value = Math.max(0, count);
  list().dataset.unseen = String(value);
  if (!searchWords()) get("#unread-count").textContent = value ? sayOf("unread", value) : "";
  const link = folderLink();
  if (link && link.dataset.role !== "drafts") setCount(link, value); // drafts are counted all
  setTitle();
}

/** @param {Record<string, number>} counts by the names of the folders */
export function setCounts(counts) {
  for (const link of folderLinks()) setCount(link, counts[link.dataset.folder ?? ""] ?? 0);
}

/**
 * @param {HTMLElement} link to a folder
 * @param {number} value
 */
function setCount(link, value) {
  const { role } = link.dataset;
  if (role === "sent") return; // one's own mail is not unread
  link.classList.toggle("has-unread", value > 0 && role !== "drafts");
  find(".count", link)?.remove();
  if (!value) return;
  const count = get(".count", cloneTemplate(role === "drafts" ? "count-drafts" : "count-unread"));
  count.prepend(String(value));
  link.append(count);
}

export function setTitle() {
  const name = openUid() ? get("#letter").dataset.title : listData("label");
  document.title = `${unseen() ? `(${unseen()}) ` : ""}${name} · Lemonade`;
}
