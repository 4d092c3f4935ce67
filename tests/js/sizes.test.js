import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeText } from "../../static/webmail/pages/size.js";
import { wholeSize } from "../../static/webmail/writing/attachments.js";

test("sizes are in decimal units with one decimal at most", () => {
  const sizes = { 0: "0 B", 999: "999 B", 1000: "1 kB", 1300: "1.3 kB", 999949: "999.9 kB" };
  for (const [size, text] of Object.entries(sizes)) {
    assert.equal(sizeText(Number(size), "en"), text);
  }
  assert.equal(sizeText(999_950, "en"), "1 MB");
  assert.equal(sizeText(12_400_000, "en"), "12.4 MB");
  assert.equal(sizeText(5e12, "en"), "5000 GB");
});

test("sizes have the decimal mark of the language, in the digits that the server writes", () => {
  assert.equal(sizeText(1300, "de"), "1,3 kB");
  assert.match(sizeText(1300, "ar"), /^1[.,\u066b]3 kB$/);
});

test("files are weighed as they travel, what the server has as it is", () => {
  assert.equal(wholeSize([1000], []), 1370);
  assert.equal(wholeSize([], [1000]), 1000);
  assert.equal(wholeSize([1000, 1000], [1]), 2741);
});
