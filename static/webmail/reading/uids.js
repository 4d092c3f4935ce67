// Sets of UIDs as IMAP writes them: 3:5,9.

/**
 * The shortest list of ranges.
 * @param {Iterable<number>} uids
 */
export function uidSet(uids) {
  /** @type {[number, number][]} */
  const out = [];
  for (const uid of [...new Set(uids)].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last && last[1] === uid - 1) last[1] = uid;
    else out.push([uid, uid]);
  }
  return out.map(([low, high]) => (low === high ? low : `${low}:${high}`)).join(",");
}

/**
 * Each of them, in the order in which they are written.
 * @param {string} text
 * @returns {number[]}
 */
export function uidsInOrder(text) {
  return text.split(",").flatMap((piece) => {
    const [low = 0, high = low] = piece.split(":").map(Number);
    return piece ? Array.from({ length: high - low + 1 }, (_, at) => low + at) : [];
  });
}

/**
 * Each of them, the highest first.
 * @param {string} text
 */
export const uidsOf = (text) => uidsInOrder(text).sort((a, b) => b - a);
