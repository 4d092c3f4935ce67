// A socket to the server that is opened again whenever the link was lost.

import { pageData } from "../pages/dom.js";

const FIRST_PAUSE = 1000; // ms
const LONGEST_PAUSE = 60_000;

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
  #events;

  /**
   * @param {object} events
   * @param {() => void} events.onOpen
   * @param {(words: Record<string, string>) => void} events.onMessage
   * @param {() => void} events.onClose
   */
  constructor(events) {
    this.#events = events;
    this.#connect();
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
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#events.onOpen();
    });
    socket.addEventListener("message", (event) => this.#events.onMessage(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return; // another took its place
      this.#events.onClose();
      this.#retry = setTimeout(() => this.#connect(), pause(this.#failures, Math.random()));
      this.#failures += 1;
    });
  }
}
