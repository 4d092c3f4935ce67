import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeText } from "../../static/webmail/pages/size.js";
import { tooBig } from "../../static/webmail/writing/attachments.js";

test("sizes are in decimal units with one decimal at most", () => {
  const sizes = { 0: "0 B", 999: "999 B", 1000: "1 kB", 1300: "1.3 kB", 999949: "999.9 kB" };
  for (const [size, text] of Object.entries(sizes)) assert.equal(sizeText(Number(size)), text);
  assert.equal(sizeText(999_950), "1 MB");
  assert.equal(sizeText(12_400_000), "12.4 MB");
  assert.equal(sizeText(5e12), "5000 GB");
});

test("files are weighed as they travel, what the server has as it is", () => {
  assert.equal(tooBig([1000], [], 1370), "");
  assert.match(tooBig([1000], [], 1369), /^Together that is 1\.4 kB on its way/);
  assert.equal(tooBig([], [1000], 1000), "");
  assert.match(tooBig([], [1000], 999), /more than the 999 B/);
});
