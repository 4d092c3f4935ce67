import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isOpen,
  parseAddress,
  splitAddresses,
  writeAddress,
} from "../../static/webmail/writing/recipients/addresses.js";

test("many addresses in any form are parted", () => {
  assert.deepEqual(splitAddresses("a@x.example, Bob <b@x.example>;\n\tc@x.example\r\n"), [
    "a@x.example",
    "Bob <b@x.example>",
    "c@x.example",
  ]);
  assert.deepEqual(splitAddresses('"Lee, Ann" <ann@x.example>, b@x.example'), [
    '"Lee, Ann" <ann@x.example>',
    "b@x.example",
  ]);
  assert.deepEqual(splitAddresses("a@x.example b@x.example  c@x.example"), [
    "a@x.example",
    "b@x.example",
    "c@x.example",
  ]);
  assert.deepEqual(splitAddresses("Friends: a@x.example, b@x.example;"), [
    "a@x.example",
    "b@x.example",
  ]);
  assert.deepEqual(splitAddresses("mailto:a@x.example?subject=Hi"), ["a@x.example"]);
  assert.deepEqual(splitAddresses("Ann Lee"), ["Ann Lee"]);
  assert.deepEqual(splitAddresses(" ,; \n"), []);
});

test("an address is taken apart, and what is wrong with it is named", () => {
  assert.deepEqual(parseAddress('"Lee, \\"A\\"" <ann@x.example>'), {
    text: '"Lee, \\"A\\"" <ann@x.example>',
    name: 'Lee, "A"',
    address: "ann@x.example",
    problem: "",
  });
  const problems = {
    bob: "noAt",
    "@x.example": "noLocalPart",
    "a@": "noDomain",
    "a b@x.example": "space",
    "ä@x.example": "letters",
    "a..b@x.example": "localPart",
    "a@x_y.example": "domain",
    "a@-x.example": "domain",
    "a@x..example": "domain",
    "<a@x.example": "angles",
    "a@exa mple": "space",
    "a@bücher.example": "",
    "Ann <a@例え.example>": "",
    '"a b"@x.example': "",
    [`${"a".repeat(65)}@x.example`]: "tooLong",
  };
  for (const [text, problem] of Object.entries(problems))
    assert.equal(parseAddress(text).problem, problem, text);
});

test("what is written is read again", () => {
  for (const name of ["", "Ann Lee", "Lee, Ann", 'A "B" \\ C', "J. Doe", "José; <x>", "日本"]) {
    const again = parseAddress(writeAddress(name, "a@x.example"));
    assert.deepEqual([again.name, again.address, again.problem], [name, "a@x.example", ""]);
    assert.equal(splitAddresses(writeAddress(name, "a@x.example")).length, 1, name);
  }
});

test("a comma within quotes is part of a name", () => {
  assert.equal(isOpen('"Lee'), true);
  assert.equal(isOpen('"Lee, Ann"'), false);
  assert.equal(isOpen("Lee"), false);
});

test("five hundred addresses take no time that one would notice", () => {
  const text = Array.from({ length: 500 }, (_, at) => `Name ${at} <a${at}@x.example>`).join(", ");
  assert.equal(splitAddresses(text).map(parseAddress).length, 500);
  assert.equal(splitAddresses('"'.repeat(20_000)).length, 1); // linear, whatever is pasted
});
