// HTML that comes into the editor: safe, and with its looks on a page that takes no style attributes.

import DOMPurify from "dompurify";
import { setAside } from "./conversion.js";

const TAGS =
  "a abbr address b bdi bdo big blockquote br center cite code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr u ul var wbr".split(
    " ",
  );
const ATTRIBUTES =
  "align alt bgcolor border cellpadding cellspacing color colspan data-cid data-style dir face height href lang rowspan size span src start title type valign value width".split(
    " ",
  );

const ADDRESSES = /^(?:(?:https?|mailto|tel|cid):|data:image\/|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i;
const PLACES = ["position", "z-index", "inset", "top", "left", "right", "bottom"];

/**
 * @param {string} html
 * @returns {DocumentFragment} of this document; what it looks like is put in by `putOn`
 */
export function cleanFragment(html) {
  const clean = DOMPurify.sanitize(setAside(html), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ADD_URI_SAFE_ATTR: ["data-style", "data-cid"],
    ALLOWED_URI_REGEXP: ADDRESSES,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const span of clean.querySelectorAll('span[data-style^="color:"]')) {
    if (/^[^;]+;?$/.test(span.getAttribute("data-style") ?? "")) span.className = "color";
  }
  return document.importNode(clean, true);
}

/**
 * The same of what stood in the editor before.
 * @param {string} html
 */
export function earlierFragment(html) {
  const { body } = new DOMParser().parseFromString(setAside(html), "text/html");
  const fragment = document.createDocumentFragment();
  fragment.append(...document.importNode(body, true).childNodes);
  return fragment;
}

/**
 * Give the elements their looks by the object model, which the policy allows.
 * @param {Element} root
 */
export function putOn(root) {
  for (const each of root.querySelectorAll("[data-style]")) {
    const own = /** @type {HTMLElement} */ (each).style;
    own.cssText += each.getAttribute("data-style") ?? "";
    each.removeAttribute("data-style");
    for (const name of PLACES) own.removeProperty(name);
    if (!own.length) each.removeAttribute("style");
  }
}
