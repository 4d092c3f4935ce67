// One file on its way to the server, piece by piece (tus 1.0): after a cut it goes on where it was.

import { formToken } from "../pages/session.js";

const FIRST = 262_144; // octets of the first piece
const LEAST = 65_536;
const MOST = 4_194_304;
const QUICK = 2000; // ms: a piece that took less is followed by a larger one
const SLOW = 8000;
const PATIENCE = 120_000; // ms that a piece may take
const LONGEST_WAIT = 30_000; // ms until it is tried again

/** Says why a file goes no further. */
export class Refusal extends Error {
  /**
   * @param {string} text in the reader's words; "" where only the kind is known
   * @param {"changed" | "refused" | "ended"} kind
   */
  constructor(text, kind) {
    super(text);
    this.kind = kind;
  }
}

/**
 * The size of the next piece.
 * @param {number} size of the last one
 * @param {number} time in ms that it took
 */
export function nextSize(size, time) {
  if (time < QUICK) return Math.min(MOST, size * 2);
  return time > SLOW ? Math.max(LEAST, Math.floor(size / 2)) : size;
}

/**
 * @param {Record<string, string>} about
 * @returns {string} as the header has it
 */
export const metadata = (about) =>
  Object.entries(about)
    .map(([key, value]) => {
      const octets = new TextEncoder().encode(value);
      return `${key} ${btoa(Array.from(octets, (octet) => String.fromCharCode(octet)).join(""))}`;
    })
    .join(",");

export class Transfer {
  /**
   * @param {File} file
   * @param {string} address where files begin
   * @param {string} form its token
   * @param {(transfer: Transfer) => void} show is told of each step
   */
  constructor(file, address, form, show) {
    this.file = file;
    this.address = address;
    this.form = form;
    this.show = show;
    this.place = ""; // its own address
    this.offset = 0;
    this.piece = FIRST;
    this.isPaused = false;
    this.isCut = false; // it waits for a link
    this.stopping = new AbortController();
  }

  /** The token that the form has for it. */
  get token() {
    return `upload.${this.place.split("/").filter(Boolean).at(-1)}`;
  }

  /**
   * Until the server has all of it. Raises Refusal; ends early when it is paused.
   * @returns {Promise<boolean>} whether it is whole
   */
  async run() {
    this.isPaused = false;
    this.stopping = new AbortController();
    for (let failures = 0; !this.isPaused; ) {
      try {
        if (!this.place) await this.begin();
        else if (this.isCut) await this.look();
        this.isCut = false;
        failures = 0;
        if (this.offset >= this.file.size) return await this.check();
        await this.sendPiece();
        this.show(this);
      } catch (problem) {
        if (problem instanceof Refusal) throw problem;
        if (this.isPaused) return false;
        this.isCut = true;
        this.show(this);
        failures += 1;
        await this.wait(Math.min(LONGEST_WAIT, 1000 * 2 ** failures));
      }
    }
    return false;
  }

  pause() {
    this.isPaused = true;
    this.isCut = true; // nobody knows how much of the last piece came
    this.stopping.abort();
  }

  async remove() {
    this.pause();
    if (this.place) await this.ask(this.place, "DELETE").catch(() => {});
  }

  async begin() {
    const { name, type, size, lastModified } = this.file;
    const about = { form: this.form, name, type, modified: String(lastModified) };
    const headers = { "Upload-Length": String(size), "Upload-Metadata": metadata(about) };
    const answer = await this.ask(this.address, "POST", headers);
    this.place = answer.headers.get("Location") ?? "";
    this.offset = Number(answer.headers.get("Upload-Offset"));
  }

  async look() {
    const answer = await this.ask(this.place, "HEAD");
    if (this.place) this.offset = Number(answer.headers.get("Upload-Offset"));
    else await this.begin();
  }

  async sendPiece() {
    const piece = this.file.slice(this.offset, this.offset + this.piece);
    const body = await readOctets(piece);
    const begun = performance.now();
    const headers = {
      "Upload-Offset": String(this.offset),
      "Content-Type": "application/offset+octet-stream",
    };
    const answer = await this.ask(this.place, "PATCH", headers, body);
    this.piece = nextSize(this.piece, performance.now() - begun);
    const offset = answer.headers.get("Upload-Offset");
    if (offset === null) this.isCut = true;
    else this.offset = Number(offset);
  }

  /** A browser reads no file that was changed since it was chosen: the last octet is enough. */
  async check() {
    await readOctets(this.file.slice(-1));
    return true;
  }

  /**
   * @param {string} address
   * @param {string} method
   * @param {Record<string, string>} [headers]
   * @param {ArrayBuffer} [body]
   */
  async ask(address, method, headers = {}, body = undefined) {
    const own = { "Tus-Resumable": "1.0.0", "X-Pane": "upload", "X-CSRFToken": formToken() ?? "" };
    const { signal } = this.stopping;
    const late = setTimeout(() => this.stopping.abort(), PATIENCE);
    /** @type {Response} */
    let answer;
    try {
      const all = { ...headers, ...own };
      answer = await fetch(address, { method, headers: all, body, signal, redirect: "manual" });
    } finally {
      clearTimeout(late);
      if (signal.aborted && !this.isPaused) this.stopping = new AbortController();
    }
    if (answer.ok) return answer;
    if (answer.status === 404 && this.place && method !== "DELETE") {
      this.place = ""; // it begins anew
      return answer;
    }
    if ([409, 423].includes(answer.status) && method === "PATCH") throw new Error("elsewhere");
    if (answer.status >= 500 || answer.status === 429 || answer.status === 423) {
      throw new Error(String(answer.status));
    }
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    const words = isJson ? await answer.json() : {};
    throw new Refusal(words.text ?? "", answer.status === 401 || words.login ? "ended" : "refused");
  }

  /** @param {number} time in ms; a link that comes back ends it */
  wait(time) {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        removeEventListener("online", end);
        signal.removeEventListener("abort", end);
        resolve(undefined);
      };
      const timer = setTimeout(end, time);
      addEventListener("online", end);
      signal.addEventListener("abort", end);
    });
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<ArrayBuffer>}
 */
async function readOctets(blob) {
  try {
    return await blob.arrayBuffer();
  } catch {
    throw new Refusal("", "changed");
  }
}
