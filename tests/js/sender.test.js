import assert from "node:assert/strict";
import { test } from "node:test";
import { withSignature } from "../../static/webmail/writing/editor/signature.js";
import { withCopies } from "../../static/webmail/writing/sender.js";

test("one signature takes the place of the other, wherever it stands", () => {
  const below = "Hello\n\n-- \nAnn\nShop\n";
  assert.equal(withSignature(below, "Ann\nShop", "Bob"), "Hello\n\n-- \nBob\n");
  const above = "\n\nAnn\nShop\n\nOn Monday:\n> Ann\n";
  assert.equal(withSignature(above, "Ann\nShop", "Bob"), "\n\nBob\n\nOn Monday:\n> Ann\n");
});

test("without one before it goes to the end, without one after it goes with its mark", () => {
  assert.equal(withSignature("Hello\n", "", "Ann"), "Hello\n\n-- \nAnn\n");
  assert.equal(withSignature("Hello\n\n-- \nAnn\n", "Ann", ""), "Hello\n\n");
  assert.equal(withSignature("Hello", "", ""), "Hello");
});

test("what was changed by hand stays", () => {
  assert.equal(
    withSignature("Hello\n\n-- \nAnn, at home\n", "Ann", "Bob"),
    "Hello\n\n-- \nAnn, at home\n",
  );
  assert.equal(withSignature("Ann was here", "Ann", "Bob"), "Ann was here");
});

test("usual copies are exchanged, typed ones stay", () => {
  assert.equal(withCopies("", "", "log@x.example"), "log@x.example");
  assert.equal(withCopies("log@x.example", "log@x.example", ""), "");
  assert.equal(
    withCopies("bob@x.example, log@x.example", "log@x.example", "b@y.example"),
    "bob@x.example, b@y.example",
  );
  assert.equal(withCopies("bob@x.example", "", "bob@x.example"), "bob@x.example");
});
