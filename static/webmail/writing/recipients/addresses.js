// Addresses as people type and paste them: parted, checked, and written as the form's fields have
// them. What is wrong is a key of the page's words; webmail/mail/message/addresses.py judges alike.

/**
 * @typedef {object} Recipient
 * @property {string} text as it stands in the field
 * @property {string} name
 * @property {string} address
 * @property {string} problem why it is no address; "" when it is one
 */

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const QUOTED = /^"(?:[^"\\]|\\[ -~])+"$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const PLAIN_NAME = /^[\p{L}\p{N}\p{M} !#$%&'*+/=?^_`{|}~-]+$/u;

/**
 * Each address of a text: between commas, semicolons and line ends, out of a column of a table, a
 * group, a link, or with nothing but spaces between.
 * @param {string} text
 * @returns {string[]}
 */
export function splitAddresses(text) {
  return parted(text)
    .map((item) => item.replace(/^[^"<@]*:(?!\/\/)\s*/, "").replace(/^mailto:/i, ""))
    .map((item) => (/^[^\s<>"]+@[^\s<>"]+\?/.test(item) ? (item.split("?")[0] ?? "") : item))
    .flatMap((item) => (isList(item) ? item.split(/\s+/) : [item]))
    .map((item) => item.trim())
    .filter(Boolean);
}

/** @param {string} item */
const isList = (item) => !/[<"]/.test(item) && item.split(/\s+/).every((one) => /.@./.test(one));

/** @param {string} text */
function parted(text) {
  const items = [];
  let item = "";
  let isQuoted = false;
  let isEscaped = false;
  let isAngled = false;
  for (const letter of text) {
    if (isQuoted) {
      if (isEscaped) isEscaped = false;
      else if (letter === "\\") isEscaped = true;
      else if (letter === '"') isQuoted = false;
    } else if (!isAngled && /[,;\n\r\t]/.test(letter)) {
      items.push(item);
      item = "";
      continue;
    } else {
      isQuoted = letter === '"';
      isAngled = letter === "<" || (isAngled && letter !== ">");
    }
    item += letter;
  }
  return [...items, item].map((one) => one.trim()).filter(Boolean);
}

/** Whether a comma that is typed now stands within a name. @param {string} text */
export const isOpen = (text) => (text.match(/(?<!\\)"/g) ?? []).length % 2 === 1;

/**
 * @param {string} text
 * @returns {Recipient}
 */
export function parseAddress(text) {
  const angled = /^(.*?)<([^<>]*)>$/s.exec(text.trim());
  const name = (angled?.[1] ?? "").trim();
  const address = (angled?.[2] ?? text).trim();
  const isQuoted = name.length > 1 && name.startsWith('"') && name.endsWith('"');
  const plain = isQuoted ? name.slice(1, -1).replace(/\\(.)/g, "$1") : name;
  const problem = !angled && /[<>]/.test(text) ? "angles" : findProblem(address);
  return {
    text: text.trim(),
    name: plain.split(/\s+/).filter(Boolean).join(" "),
    address,
    problem,
  };
}

/**
 * The first thing that is wrong with an address; "" when nothing is.
 * @param {string} address
 */
function findProblem(address) {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(0, at));
  const host = address.slice(at + 1);
  if (at < 0) return "noAt";
  if (!local) return "noLocalPart";
  if (!host) return "noDomain";
  if (host.includes(" ") || (local.includes(" ") && !local.startsWith('"'))) return "space";
  if (/[^\0-\x7f]/.test(local)) return "letters";
  if (!LOCAL.test(local) && !QUOTED.test(local)) return "localPart";
  if (local.length > 64 || address.length > 254) return "tooLong";
  return isDomain(host.replace(/\.$/, "")) ? "" : "domain";
}

/** @param {string} host */
function isDomain(host) {
  if (/^[\0-\x7f]*$/.test(host)) return host.split(".").every((label) => LABEL.test(label));
  try {
    return new URL(`http://${host}`).hostname.split(".").every((label) => LABEL.test(label));
  } catch {
    return false;
  }
}

/**
 * How somebody stands in the field.
 * @param {string} name
 * @param {string} address
 */
export function writeAddress(name, address) {
  if (!name) return address;
  const safe = PLAIN_NAME.test(name) ? name : `"${name.replace(/[\\"]/g, "\\$&")}"`;
  return `${safe} <${address}>`;
}

/** The same address is one person. @param {Recipient} recipient */
export const keyOf = (recipient) => recipient.address.toLowerCase();
