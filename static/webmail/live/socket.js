// A socket to the server that is opened again whenever the link was lost.

import { pageData } from "../pages/dom.js";

const FIRST_PAUSE = 1000; // ms
const LONGEST_PAUSE = 60_000;
const SILENCE = 5000; // ms without a word, then a page that is looked at asks for one
const ANSWER = 4000; // ms that a word may take before the link counts as dead
const OPENING = 10_000; // ms that a new connection may take

/**
 * How long to wait before the next try, so that many pages don't come back at once.
 * @param {number} failures so far, one after another
 * @param {number} chance from 0 to 1
 * @returns {number} ms
 */
export const pause = (failures, chance) =>
  Math.round(Math.min(FIRST_PAUSE * 2 ** failures, LONGEST_PAUSE) * (0.8 + chance * 0.4));

export class Socket {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #beat;
  #events;

  /**
   * @param {object} events
   * @param {() => void} events.onOpen
   * @param {(words: Record<string, string>) => void} events.onMessage
   * @param {(isDead: boolean) => void} events.onClose with true when nothing comes through: the link
   *   went silent, or could not be opened again
   */
  constructor(events) {
    this.#events = events;
    this.#connect();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      if (this.isOpen) this.#ask();
      else this.reopen();
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** @param {object} words only when it is open */
  send(words) {
    this.#socket?.send(JSON.stringify(words));
  }

  /** Try now, without the pause, if it is closed. */
  reopen() {
    this.#failures = 0;
    if (!this.#socket || this.#socket.readyState > WebSocket.OPEN) this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    const address = new URL(pageData("live"), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    this.#expect(OPENING);
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      this.#failures = 0;
      this.#rest();
      this.#events.onOpen();
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      this.#rest();
      this.#events.onMessage(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => this.#lose(socket, this.#failures > 0));
  }

  /** Something was heard: the next question is due after a silence. */
  #rest() {
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => {
      if (!document.hidden) this.#ask();
    }, SILENCE);
  }

  /** Nothing tells a page that its link is dead, but that no answer comes. */
  #ask() {
    this.send({ ping: 1 });
    this.#expect(ANSWER);
  }

  /** @param {number} wait in ms, then what is there counts as dead */
  #expect(wait) {
    clearTimeout(this.#beat);
    const socket = this.#socket;
    this.#beat = setTimeout(() => {
      this.#lose(socket, true);
      socket?.close(); // which on a dead link ends much later
    }, wait);
  }

  /**
   * @param {WebSocket | null} socket
   * @param {boolean} isDead
   */
  #lose(socket, isDead) {
    if (socket !== this.#socket) return; // another took its place
    this.#socket = null;
    clearTimeout(this.#beat);
    this.#events.onClose(isDead);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), pause(this.#failures, Math.random()));
    this.#failures += 1;
  }
}
