// What is pasted looks like what stands around it: of its looks the meaning stays. Word writes lists
// as paragraphs with a mark, Google a bold element around all that is not bold.

import { setAside } from "./conversion.js";

const KEPT = ["color", "background-color", "text-align", "font-weight", "font-style"];
const LOOKS = [
  "data-style",
  "class",
  "face",
  "size",
  "lang",
  "bgcolor",
  "color",
  "id",
  "width",
  "height",
];
const BARE = ["SPAN", "FONT"];
const LINES = /underline|line-through/;
const NUMBERED = /^[\s(]*(?:\d+|[a-z]|[ivx]+)[.)]/i;
const OURS = "<!-- squire -->"; // what was cut or copied in an editor like this one

/**
 * @param {string} html of the clipboard
 * @returns {string} still to be made safe
 */
export function tidyPaste(html) {
  if (html.startsWith(OURS)) return html;
  const { body } = new DOMParser().parseFromString(setAside(html), "text/html");
  for (const each of body.querySelectorAll('p[data-style*="mso-list"]')) {
    wordItem(/** @type {HTMLElement} */ (each));
  }
  for (const each of body.querySelectorAll("*")) plainLooks(each);
  return body.innerHTML;
}

/** @param {Element} element */
function plainLooks(element) {
  if (element.tagName.includes(":")) return element.replaceWith(...element.childNodes); // <o:p>
  const { style } = document.createElement("span");
  style.cssText = element.getAttribute("data-style") ?? "";
  const isNormal = ["normal", "400"].includes(style.fontWeight);
  if (isNormal && ["B", "STRONG"].includes(element.tagName)) {
    return element.replaceWith(...element.childNodes);
  }
  const kept = KEPT.filter((name) => isMeant(name, style.getPropertyValue(name)));
  const words = kept.map((name) => `${name}:${style.getPropertyValue(name)}`);
  const line = LINES.exec(style.textDecorationLine || style.textDecoration);
  if (line && BARE.includes(element.tagName)) words.push(`text-decoration:${line[0]}`);
  const isPicture = element.tagName === "IMG";
  for (const name of LOOKS) {
    if (!isPicture || !["width", "height"].includes(name)) element.removeAttribute(name);
  }
  if (words.length) element.setAttribute("data-style", words.join(";"));
  else if (BARE.includes(element.tagName)) element.replaceWith(...element.childNodes);
}

/**
 * Black, white and grey are the page's own; so is what is neither bold nor slanted.
 * @param {string} name
 * @param {string} value
 */
function isMeant(name, value) {
  if (!value) return false;
  if (name === "font-weight") return value === "bold" || Number(value) >= 600;
  if (name === "font-style") return value === "italic";
  if (name === "text-align") return ["center", "right", "justify"].includes(value);
  const parts = /^rgba?\((.+)\)$/
    .exec(value)?.[1]
    ?.split(/[ ,/]+/)
    .map(Number);
  if (!parts) return !/^(?:black|white|transparent|inherit|initial|windowtext)$/.test(value);
  const [r = 0, g = 0, b = 0, a = 1] = parts;
  return a > 0 && Math.max(r, g, b) - Math.min(r, g, b) >= 24;
}

/** @param {HTMLElement} paragraph */
function wordItem(paragraph) {
  const style = paragraph.getAttribute("data-style") ?? "";
  const level = Number(/mso-list:[^;"]*level(\d)/.exec(style)?.[1] ?? 1);
  const marks = [
    ...paragraph.querySelectorAll(
      '[data-style*="mso-list:Ignore"], [data-style*="mso-list: Ignore"]',
    ),
  ];
  const mark = marks.map((each) => each.textContent ?? "").join("");
  for (const each of marks) each.remove();
  const tag = NUMBERED.test(mark) ? "ol" : "ul";
  const page = paragraph.ownerDocument;
  const before = paragraph.previousElementSibling;
  const isAfter = before?.hasAttribute("data-word");
  let list = /** @type {Element} */ (isAfter ? before : page.createElement(tag));
  if (!isAfter) paragraph.before(list);
  list.setAttribute("data-word", "");
  for (let depth = 1; depth < level; depth += 1) {
    /** @type {Element} */
    const last = list.lastElementChild ?? list.appendChild(page.createElement("li"));
    const inner = [...last.children].find((each) => each.hasAttribute("data-word"));
    list = inner ?? last.appendChild(page.createElement(tag));
    list.setAttribute("data-word", "");
  }
  const item = page.createElement("li");
  item.append(...paragraph.childNodes);
  list.append(item);
  paragraph.remove();
}
