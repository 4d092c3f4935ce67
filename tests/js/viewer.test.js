import assert from "node:assert/strict";
import { test } from "node:test";
import { stepOf, sweepOf } from "../../static/webmail/attachments/steps.js";

test("keys lead on and back, arrows as the page is read", () => {
  assert.equal(stepOf("ArrowRight", false), 1);
  assert.equal(stepOf("ArrowRight", true), -1);
  assert.equal(stepOf("ArrowLeft", true), 1);
  assert.equal(stepOf("k", true), -1);
  assert.equal(stepOf("x", true), 0);
});

test("a finger draws the next one in, and scrolls when it goes down", () => {
  assert.equal(sweepOf(-90, 10, false), 1);
  assert.equal(sweepOf(90, 10, false), -1);
  assert.equal(sweepOf(90, 10, true), 1);
  assert.equal(sweepOf(-90, 80, false), 0);
  assert.equal(sweepOf(-20, 0, false), 0);
});
