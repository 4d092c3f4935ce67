import assert from "node:assert/strict";
import { test } from "node:test";

import { hasWords } from "../../static/webmail/reading/words-in.js";

test("a folder is found by parts of its path, in any order, without accents", () => {
  const path = "Projets / Été 2026 / Factures";
  for (const typed of ["", "ete", "FACT proj", "été  2026", "/ fact"]) {
    assert.ok(hasWords(path, typed), typed);
  }
  for (const typed of ["winter", "ete 2027", "factures x"])
    assert.ok(!hasWords(path, typed), typed);
  assert.ok(hasWords("請求書 / 今月", "今月"));
  assert.ok(hasWords("<script>", "<SCRIPT>"));
});
