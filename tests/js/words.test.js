import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fill, say, sayOf } from "../../static/webmail/pages/words.js";

const words = {
  search: "In %(label)s suchen",
  unread: { zero: "0", one: "one", two: "two", few: "few %(number)s", many: "m", other: "o" },
};

beforeEach(() => {
  const page = {
    documentElement: { lang: "ar" },
    getElementById: () => ({ textContent: JSON.stringify(words) }),
  };
  Object.assign(globalThis, { document: page });
});

test("what is put in may itself look like a name", () => {
  assert.equal(say("search", { label: "%(label)s" }), "In %(label)s suchen");
  assert.equal(fill("%(a)s, %(b)s", { a: 1, b: "$&" }), "1, $&");
});

test("a number chooses the form by the plurals of the language", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 11, 100].map((count) => sayOf("unread", count)),
    ["0", "one", "two", "few 3", "m", "o"],
  );
});

test("words that a page does not have are a mistake of ours", () => {
  assert.throws(() => say("nothing"), /no words for nothing/);
});
