// The names of pictures that stand in the text: as they are shown, kept, and sent once.

import { find, findAll } from "../../pages/dom.js";

export const DOMAIN = "@pictures.lemonade";
const ELEMENT = /<img\b[^<>]*>/gi;
const NAMED = /\bdata-cid="([^"]*)"/;
const SOURCE = /\bsrc="([^"]*)"/;

/**
 * HTML as the editor shows it: pictures of the message come from where the page may fetch them.
 * @param {string} html
 * @param {HTMLElement} box
 */
export function asShown(html, box) {
  const known = new Map(
    findAll("input[name=picture]", box).map(({ dataset }) => [
      (dataset.cid ?? "").toLowerCase(),
      dataset.url ?? "",
    ]),
  );
  return html.replace(ELEMENT, (tag) => {
    const address = SOURCE.exec(tag)?.[1] ?? "";
    if (!address.startsWith("cid:")) return tag;
    const cid = address.slice(4);
    const url = known.get(decodeURIComponent(cid).toLowerCase());
    return url ? tag.replace(SOURCE, `src="${url}" data-cid="${cid}"`) : tag;
  });
}

/**
 * HTML as it is kept by this browser: what the server does not have yet is in it.
 * @param {string} html
 */
export function asKept(html) {
  return html.replace(ELEMENT, (tag) => {
    const cid = NAMED.exec(tag)?.[1];
    const isHere = SOURCE.exec(tag)?.[1]?.startsWith("data:");
    return cid && !isHere ? tag.replace(SOURCE, `src="cid:${cid}"`).replace(NAMED, "") : tag;
  });
}

/**
 * HTML as it is sent: each picture by its name.
 * @param {string} html
 */
export const asSent = (html) =>
  html.replace(ELEMENT, (tag) => {
    const cid = NAMED.exec(tag)?.[1];
    return cid ? tag.replace(SOURCE, `src="cid:${cid}"`).replace(NAMED, "") : tag;
  });

/**
 * Pictures in HTML that the server has to get.
 * @param {string} html
 * @returns {{ key: string, file: File }[]}
 */
export function newPictures(html) {
  const found = [];
  for (const [tag] of html.matchAll(ELEMENT)) {
    const key = (NAMED.exec(tag)?.[1] ?? "").replace(DOMAIN, "");
    const data = /^data:(image\/\w+);base64,(.*)$/.exec(SOURCE.exec(tag)?.[1] ?? "");
    if (!key || !data) continue;
    const octets = Uint8Array.from(atob(data[2] ?? ""), (letter) => letter.charCodeAt(0));
    const type = data[1] ?? "";
    const name = `${key}~picture.${type.slice(6)}`;
    found.push({ key, file: new File([octets], name, { type }) });
  }
  return found;
}

/**
 * The server has these: the form names them from now on.
 * @param {HTMLElement} box
 * @param {string[]} keys
 */
export function noteStored(box, keys) {
  for (const key of keys) {
    const value = `file.${key}`;
    if (find(`input[name=picture][value="${value}"]`, box)) continue;
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "picture", value });
    input.dataset.cid = key + DOMAIN;
    box.append(input);
  }
}
