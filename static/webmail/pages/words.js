// What the scripts say, in the reader's language: webmail/pages/words.py puts it into the page.

/** @typedef {Record<string, string | number>} Values what is put into words, by name */

/** @type {Record<string, string | Record<string, string>> | null} */
let words = null;

/** @returns {Record<string, string | Record<string, string>>} */
const wordsOfPage = () => JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * The words of something that came later than the page.
 * @param {Record<string, string | Record<string, string>>} more
 */
export function learnWords(more) {
  words = { ...(words ?? wordsOfPage()), ...more };
}

/** @param {string} key */
function formsOf(key) {
  words ??= wordsOfPage();
  const found = words?.[key];
  if (found === undefined) throw new Error(`This page has no words for ${key}`);
  return found;
}

/**
 * @param {string} key
 * @param {Values} [values]
 * @returns {string}
 */
export const say = (key, values = {}) => fill(String(formsOf(key)), values);

/**
 * What is said of a number; its words call it "number".
 * @param {string} key
 * @param {number} count
 * @param {Values} [values]
 * @returns {string}
 */
export function sayOf(key, count, values = {}) {
  const forms = /** @type {Record<string, string>} */ (formsOf(key));
  const category = new Intl.PluralRules(document.documentElement.lang).select(count);
  return fill(forms[category] ?? forms.other ?? "", { ...values, number: numberText(count) });
}

/**
 * @param {string} form
 * @param {Values} values
 */
export const fill = (form, values) =>
  form.replace(/%\((\w+)\)s/g, (_, name) => String(values[name]));

/**
 * A number with its thousands set apart, in the digits that the server writes.
 * @param {number} value
 */
export const numberText = (value) =>
  value.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
