// Sizes as people read them; webmail/pages/sizes.py writes them the same way.

/** @type {[string, number][]} */
const UNITS = [
  ["kB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
];

/**
 * Decimal units with one decimal: 980 B, 1.3 kB, 12.4 MB.
 * @param {number} size in octets
 * @param {string} [language]
 */
export function sizeText(size, language = document.documentElement.lang) {
  if (size < 1000) return `${size} B`;
  const [unit, scale] = /** @type {[string, number]} */ (
    UNITS.find(([, one]) => size < 999.95 * one) ?? UNITS.at(-1)
  );
  const tenths = Math.round((size / scale) * 10) / 10;
  return `${tenths.toLocaleString(`${language}-u-nu-latn`, { useGrouping: false })} ${unit}`;
}
