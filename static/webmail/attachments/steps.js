// Which way a key or a finger leads: 1 to the next, -1 back, 0 nowhere.

const ENOUGH = 60; // px

/**
 * @param {string} key as KeyboardEvent names it
 * @param {boolean} isMirrored the page is read from right to left
 */
export function stepOf(key, isMirrored) {
  if (key === "j" || key === "n" || key === "PageDown") return 1;
  if (key === "k" || key === "p" || key === "PageUp") return -1;
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0;
  return isMirrored ? -by || 0 : by;
}

/**
 * @param {number} x px to the right
 * @param {number} y px down
 * @param {boolean} isMirrored
 */
export function sweepOf(x, y, isMirrored) {
  if (Math.abs(x) < ENOUGH || Math.abs(x) < 2 * Math.abs(y)) return 0;
  return x < 0 === isMirrored ? -1 : 1;
}
