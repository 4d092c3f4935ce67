import assert from "node:assert/strict";
import { test } from "node:test";
import { isOfList, searchWordsIn, uidIn } from "../../static/webmail/reading/addresses.js";

const SITE = "https://mail.example.org";
const INBOX = `${SITE}/mail/INBOX/`;

test("the last number of an address is the UID of its message", () => {
  assert.equal(uidIn(`${INBOX}42/?before=9`), "42");
  assert.equal(uidIn(`${SITE}/mail/2024/`), "2024");
  assert.equal(uidIn(INBOX), undefined);
});

test("the words of a search are read as they were typed", () => {
  assert.equal(searchWordsIn(`${INBOX}?q=caf%C3%A9+noir`), "café noir");
  assert.equal(searchWordsIn(INBOX), "");
});

test("a message of the list that is shown needs the message alone", () => {
  assert.equal(isOfList(`${INBOX}42/`, INBOX), true);
  assert.equal(isOfList(`${INBOX}42/?images=1`, INBOX), true);
  assert.equal(isOfList(`${INBOX}42/?before=90`, `${INBOX}?before=90`), true);
});

test("anything else needs the list too", () => {
  assert.equal(isOfList(INBOX, INBOX), false);
  assert.equal(isOfList(`${INBOX}42/?before=90`, INBOX), false);
  assert.equal(isOfList(`${INBOX}42/?q=x`, INBOX), false);
  assert.equal(isOfList(`${SITE}/mail/Sent/42/`, INBOX), false);
  assert.equal(isOfList(`${INBOX}42/print/`, INBOX), false);
});
