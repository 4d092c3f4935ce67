// Whether a name has what somebody types of it, whatever its capitals and accents.

/** @param {string} text */
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * @param {string} name
 * @param {string} typed words in any order, each of which the name has
 */
export function hasWords(name, typed) {
  const whole = plain(name);
  return plain(typed)
    .split(/\s+/)
    .every((word) => whole.includes(word));
}
