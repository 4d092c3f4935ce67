import assert from "node:assert/strict";
import { test } from "node:test";
import { uidSet, uidsOf } from "../../static/webmail/reading/uids.js";

test("neighbours become a range, in whatever order they come, once each", () => {
  assert.equal(uidSet([9, 3, 5, 4, 4]), "3:5,9");
  assert.equal(uidSet([7]), "7");
  assert.equal(uidSet([]), "");
});

test("a set is read back, the highest first", () => {
  assert.deepEqual(uidsOf("3:5,9"), [9, 5, 4, 3]);
  assert.deepEqual(uidsOf("7"), [7]);
  assert.deepEqual(uidsOf(""), []);
});

test("what is written is what is read", () => {
  const uids = Array.from({ length: 200 }, (_, at) => at * at - (at % 3)).filter((uid) => uid > 0);
  assert.deepEqual(
    uidsOf(uidSet(uids)),
    [...new Set(uids)].sort((a, b) => b - a),
  );
});
