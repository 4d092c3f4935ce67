// The places of a form to write in that its scripts fill. Several forms may stand on one page, so
// that nothing is looked for by an id.

import { find, get } from "../pages/dom.js";

/**
 * @param {Element} form
 * @param {string} name what its data-spot says
 */
export const spot = (form, name) => get(`[data-spot="${name}"]`, form);

/**
 * The same, of what only some forms have.
 * @param {Element} form
 * @param {string} name
 */
export const findSpot = (form, name) => find(`[data-spot="${name}"]`, form);
