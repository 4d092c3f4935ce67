// A file that comes piece by piece through links that are cut at any octet.

import assert from "node:assert/strict";
import test from "node:test";
import { metadata, nextSize, Refusal, Transfer } from "../../static/webmail/writing/transfer.js";

Object.assign(globalThis, {
  document: { cookie: "csrftoken=token" },
  addEventListener: () => {},
  removeEventListener: () => {},
});

/**
 * A server that forgets nothing, behind a link that is cut by chance.
 * @param {() => number} chance
 */
function serverBehindCuts(chance) {
  let kept = Buffer.alloc(0);
  let size = 0;
  const wait = globalThis.setTimeout;
  Object.assign(globalThis, {
    setTimeout: (/** @type {() => void} */ job, /** @type {number} */ time) =>
      time > 60_000 ? 0 : wait(job, 0), // nobody waits for a link that comes back at once
    fetch: async (/** @type {string} */ _address, /** @type {RequestInit} */ asked) => {
      const headers = /** @type {Record<string, string>} */ (asked.headers);
      const isCut = chance() < 0.4;
      if (isCut && chance() < 0.5) throw new TypeError("cut before it came");
      if (asked.method === "POST") size = Number(headers["Upload-Length"]);
      if (asked.method === "PATCH") {
        if (Number(headers["Upload-Offset"]) !== kept.length) {
          return new Response("", { status: 409 });
        }
        const whole = Buffer.from(/** @type {ArrayBuffer} */ (asked.body));
        const came = isCut ? whole.subarray(0, Math.floor(chance() * whole.length)) : whole;
        kept = Buffer.concat([kept, came]);
      }
      if (isCut) throw new TypeError("cut before the answer");
      return new Response(null, {
        status: asked.method === "POST" ? 201 : 204,
        headers: { Location: "/write/upload/7/", "Upload-Offset": String(kept.length) },
      });
    },
  });
  return {
    octets: () => kept,
    size: () => size,
    end: () => Object.assign(globalThis, { setTimeout: wait }),
  };
}

/** @param {number} seed */
function chanceOf(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** @param {Uint8Array<ArrayBuffer>} octets */
const fileOf = (octets) => new File([octets], "plan.pdf", { lastModified: 7 });

test("whatever cuts the link, the same file is there at the end", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const chance = chanceOf(seed);
    const octets = new Uint8Array(Math.floor(chance() * 2_000_000)).map(() => chance() * 256);
    const server = serverBehindCuts(chance);
    const transfer = new Transfer(fileOf(octets), "/write/upload/", "form", () => {});
    assert.equal(await transfer.run(), true);
    server.end();
    assert.equal(server.size(), octets.length);
    assert.ok(server.octets().equals(Buffer.from(octets)), `seed ${seed}`);
    assert.equal(transfer.token, "upload.7");
  }
});

test("a file that can't be read any more was changed", async () => {
  const server = serverBehindCuts(() => 1);
  const file = fileOf(new Uint8Array(10));
  Object.assign(file, { slice: () => ({ arrayBuffer: () => Promise.reject(new Error("")) }) });
  const transfer = new Transfer(file, "/write/upload/", "form", () => {});
  await assert.rejects(transfer.run(), (problem) => {
    return problem instanceof Refusal && problem.kind === "changed";
  });
  server.end();
});

test("what the server refuses is not tried again, and said in its words", async () => {
  const words = JSON.stringify({ text: "No room" });
  const headers = { "Content-Type": "application/json" };
  Object.assign(globalThis, { fetch: async () => new Response(words, { status: 413, headers }) });
  const transfer = new Transfer(fileOf(new Uint8Array(1)), "/write/upload/", "form", () => {});
  await assert.rejects(transfer.run(), /No room/);
});

test("a paused file goes on where it was", async () => {
  const server = serverBehindCuts(() => 1);
  const octets = new Uint8Array(1_000_000).map((_, place) => place % 251);
  /** @type {Transfer} */
  const transfer = new Transfer(fileOf(octets), "/write/upload/", "form", () => transfer.pause());
  assert.equal(await transfer.run(), false);
  assert.ok(transfer.offset < octets.length);
  transfer.show = () => {};
  assert.equal(await transfer.run(), true);
  server.end();
  assert.ok(server.octets().equals(Buffer.from(octets)));
});

test("pieces grow on a quick link and shrink on a slow one", () => {
  assert.equal(nextSize(262_144, 100), 524_288);
  assert.equal(nextSize(4_194_304, 100), 4_194_304);
  assert.equal(nextSize(262_144, 4000), 262_144);
  assert.equal(nextSize(65_536, 9000), 65_536);
});

test("names of any script travel in a header", () => {
  assert.equal(metadata({ name: "Pläne.pdf", type: "" }), "name UGzDpG5lLnBkZg==,type ");
});
