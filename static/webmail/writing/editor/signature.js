// One signature in the place of another. What somebody has changed by hand stays as it is.

import { plainText } from "./conversion.js";

const MARK = /^-- ?\n/;

/**
 * A signature in an editor: blocks that say the same, with another one in their place.
 * @param {HTMLElement} root
 * @param {string} before its text
 * @param {(isMarked: boolean) => DocumentFragment} after gives the other; whether "-- " goes before it
 */
export function replaceBlocks(root, before, after) {
  const wanted = before.trim();
  if (!wanted) return root.append(after(true));
  const blocks = [...root.children];
  for (let first = blocks.length - 1; first >= 0; first -= 1) {
    let said = "";
    for (let last = first; last < blocks.length && said.length < wanted.length + 4; last += 1) {
      said += plainText(blocks[last]?.outerHTML ?? "");
      if (said.replace(MARK, "").trim() !== wanted) continue;
      blocks[first]?.before(after(MARK.test(said)));
      for (const each of blocks.slice(first, last + 1)) each.remove();
      return;
    }
  }
}

/**
 * A text with the one signature in the place of the other. Without one before, it goes to the end.
 * @param {string} text
 * @param {string} before
 * @param {string} after
 */
export function withSignature(text, before, after) {
  if (!before) return after ? `${text.trimEnd()}\n\n-- \n${after}\n` : text;
  const lines = text.split("\n");
  const wanted = before.split("\n");
  const at = lines.findLastIndex((_, start) =>
    wanted.every((line, place) => lines[start + place] === line),
  );
  if (at < 0) return text; // changed by hand, or taken out
  const isMarked = lines[at - 1] === "-- ";
  const start = after || !isMarked ? at : at - 1;
  lines.splice(start, at + wanted.length - start, ...(after ? after.split("\n") : []));
  return lines.join("\n");
}
