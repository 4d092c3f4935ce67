// Finding and making what is on the page. What `get` names stands in every page that loads the
// script; what `find` names may be missing.

/** @typedef {Document | DocumentFragment | Element} Root */

/**
 * @param {string} selector
 * @param {Root} root
 * @returns {HTMLElement | null}
 */
export function find(selector, root = document) {
  return root.querySelector(selector);
}

/**
 * @param {string} selector
 * @param {Root} root
 * @returns {HTMLElement[]}
 */
export function findAll(selector, root = document) {
  return [...root.querySelectorAll(/** @type {"div"} */ (selector))];
}

/**
 * @param {string} selector
 * @param {Root} root
 * @returns {HTMLElement}
 */
export function get(selector, root = document) {
  const found = find(selector, root);
  if (!found) throw new Error(`This page has no ${selector}`);
  return found;
}

/**
 * @param {string} selector
 * @param {Root} root
 * @returns {HTMLInputElement | null}
 */
export function input(selector, root = document) {
  return root.querySelector(/** @type {"input"} */ (selector));
}

/**
 * @param {string} selector
 * @param {Root} root
 * @returns {HTMLInputElement[]}
 */
export function inputs(selector, root = document) {
  return [...root.querySelectorAll(/** @type {"input"} */ (selector))];
}

/**
 * A copy of what the server put into the template of this id.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function cloneTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (get(`template#${id}`));
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * What the server drew, ready to be put into the page.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content;
}

/**
 * The one element that the server drew.
 * @param {string} html
 * @returns {HTMLElement}
 */
export function element(html) {
  return /** @type {HTMLElement} */ (fragment(html).firstElementChild);
}

/**
 * Markup of an icon out of the page's sprite.
 * @param {string} name
 */
export const icon = (name) => `<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`;

/**
 * What the server says of this page, such as the address of something: a data attribute of <body>.
 * @param {string} name
 * @returns {string}
 */
export function pageData(name) {
  const value = document.body.dataset[name];
  if (value === undefined) throw new Error(`This page does not say data-${name}`);
  return value;
}
