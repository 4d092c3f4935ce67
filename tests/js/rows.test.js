// What stands in one place for all rows that come while one scrolls.

import assert from "node:assert/strict";
import test from "node:test";

import { momentOf, sums } from "../../static/webmail/reading/slim.js";

test("each number stands as the difference to the one before it", () => {
  assert.deepEqual(sums("4211 -1 -1 -7 12"), [4211, 4210, 4209, 4202, 4214]);
});

test("minutes since the epoch are a moment", () => {
  assert.equal(momentOf(0), "1970-01-01T00:00Z");
  assert.equal(momentOf(29_924_911), "2026-11-24T04:31Z");
});
