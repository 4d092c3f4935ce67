// The list of messages and the open one, as they stand on the page. What the server says of the
// list stands in data attributes of #list.

import { find, findAll, get } from "../pages/dom.js";
import { searchWordsIn } from "./addresses.js";
import { uidsOf } from "./uids.js";

export const list = () => get("#list");
export const rows = () => findAll("#rows .row");

/**
 * The row of a message of this folder; among results of the folder of the open message.
 * @param {string | number} uid
 * @returns {HTMLElement | null}
 */
export function row(uid) {
  if (!isResults()) return document.getElementById(`m${uid}`);
  const folder = document.getElementById("letter")?.dataset.folder;
  return (
    rows().find(({ dataset }) => dataset.uid === `${uid}` && dataset.folder === folder) ?? null
  );
}

/** Whether the list shows what was found in all mail. */
export const isResults = () => "results" in list().dataset;

/** @returns {string | undefined} the UID of the open message */
export const openUid = () => document.getElementById("letter")?.dataset.uid;

/** Those of its messages in this folder, as a set: of a conversation all. */
export function openUids() {
  const { uids, uid } = document.getElementById("letter")?.dataset ?? {};
  return uids ?? uid ?? "";
}

/** The row of the open message or conversation. */
export const openRow = () => uidsOf(openUids()).map(row).find(Boolean) ?? null;

/**
 * @param {string} name
 * @returns {string} what the list says under this name
 */
export const listData = (name) => list().dataset[name] ?? "";

export const listAddress = () => new URL(listData("url"), location.href).href;
export const searchWords = () => searchWordsIn(listAddress());

/** Whether slices of the list are told by places in its order, not by UIDs. */
export const isByPlace = () => "byPlace" in list().dataset;

/** The link in the tree to the folder that is shown. */
export const folderLink = () =>
  folderLinks().find((one) => one.dataset.folder === listData("folder"));
export const folderLinks = () =>
  /** @type {HTMLAnchorElement[]} */ (findAll("#folder-rows a[data-folder]"));

/** Whether the open message is known to be somewhere else by now. */
export const isGone = () => "gone" in (find("#letter")?.dataset ?? {});
