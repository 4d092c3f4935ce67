import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../../static/webmail/live/socket.js";

test("each pause is twice as long as the one before, up to a minute", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((failures) => pause(failures, 0.5)),
    [1000, 2000, 4000, 8000],
  );
  assert.equal(pause(6, 0.5), 60_000);
  assert.equal(pause(2000, 0.5), 60_000);
});

test("pages don't all come back at the same moment", () => {
  assert.equal(pause(0, 0), 800);
  assert.equal(pause(0, 1), 1200);
});
