// Files of this device: they go to the server as soon as they are chosen, dropped or pasted.

import { find, findAll, get, icon, input } from "../pages/dom.js";
import { sizeText } from "../pages/size.js";
import { say } from "../pages/words.js";
import { chipOf } from "./chips.js";
import { spot } from "./spots.js";
import { Refusal, Transfer } from "./transfer.js";

const AT_ONCE = 3; // files of one form
export const GROWTH = 1.37; // base64 with its line ends

/** Files of one form on their way. */
export class Uploads {
  /**
   * @param {HTMLFormElement} form
   * @param {() => void} weigh is told when what goes along is another
   * @param {AbortSignal} signal of the form's end, while its page stays
   */
  constructor(form, weigh, signal) {
    this.form = form;
    this.weigh = weigh;
    this.address = get("[data-uploads]", form).dataset.uploads ?? "";
    /** @type {Map<Transfer, HTMLElement>} */
    this.chips = new Map();
    /** @type {Set<Transfer>} */
    this.running = new Set();
    /** @type {Transfer[]} */
    this.queue = [];
    /** @type {{ submitter: HTMLElement | null } | null} */
    this.sending = null; // what was pressed while files were on their way
    form.addEventListener("submit", (event) => this.holdBack(event), { capture: true });
    addEventListener(
      "beforeunload",
      (event) => {
        if (this.chips.size && form.isConnected) event.preventDefault();
      },
      { signal },
    );
  }

  /** @param {Iterable<File>} files */
  add(files) {
    const name = input("[name=once]", this.form)?.value ?? "";
    for (const file of files) {
      const transfer = new Transfer(file, this.address, name, (one) => this.draw(one));
      const chip = this.chipOf(transfer);
      this.chips.set(transfer, chip);
      spot(this.form, "chosen").append(chip);
      this.draw(transfer);
      this.queue.push(transfer);
    }
    this.changed();
    spot(this.form, "chosen").lastElementChild?.scrollIntoView({ block: "nearest" });
    this.next();
  }

  next() {
    while (this.running.size < AT_ONCE && this.queue.length) {
      const transfer = /** @type {Transfer} */ (this.queue.shift());
      if (this.chips.has(transfer)) this.run(transfer);
    }
    if (this.sending && !this.running.size && !this.queue.length) this.release();
  }

  /** @param {Transfer} transfer */
  async run(transfer) {
    this.running.add(transfer);
    this.say(transfer, "");
    this.draw(transfer);
    try {
      if (await transfer.run()) this.end(transfer);
    } catch (problem) {
      const isKnown = problem instanceof Refusal;
      const key = isKnown && problem.kind === "changed" ? "fileChanged" : "uploadFailed";
      this.say(transfer, (isKnown && problem.message) || say(key));
      if (isKnown && problem.kind === "changed") await transfer.remove();
      transfer.isPaused = true;
    }
    this.running.delete(transfer);
    this.draw(transfer);
    this.next();
  }

  /**
   * It is part of what is written.
   * @param {Transfer} transfer
   */
  end(transfer) {
    const { file, token } = transfer;
    const octets = String(Math.round(file.size * GROWTH));
    const part = { token, name: file.name, size: sizeText(file.size), octets, icon: "#i-file" };
    this.chips.get(transfer)?.replaceWith(chipOf(this.form, { ...part, isFile: true }));
    this.chips.delete(transfer);
    this.changed();
  }

  /** @param {Transfer} transfer */
  remove(transfer) {
    this.chips.get(transfer)?.remove();
    this.chips.delete(transfer);
    this.queue = this.queue.filter((one) => one !== transfer);
    transfer.remove();
    this.changed();
    spot(this.form, "chosen").closest("section, div")?.querySelector("input")?.focus();
  }

  changed() {
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    this.weigh();
  }

  /** @param {Transfer} transfer */
  chipOf(transfer) {
    const { file } = transfer;
    const template = /** @type {HTMLTemplateElement} */ (get("template[data-upload]", this.form));
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const chip = /** @type {HTMLElement} */ (copy.firstElementChild);
    chip.dataset.weight = String(file.size);
    Object.assign(get(".name", chip), { textContent: file.name, title: file.name });
    get(".size", chip).textContent = sizeText(file.size);
    Object.assign(get("[data-unfinished]", chip), { name: "missing", value: file.name });
    const pause = get("[data-pause]", chip);
    pause.addEventListener("click", () => {
      if (transfer.isPaused) this.resume(transfer);
      else transfer.pause();
      this.draw(transfer);
    });
    const remove = get("[data-remove]", chip);
    remove.setAttribute("aria-label", say("removeFile", { name: file.name }));
    remove.addEventListener("click", () => this.remove(transfer));
    return chip;
  }

  /** @param {Transfer} transfer */
  resume(transfer) {
    transfer.isPaused = false;
    this.queue.push(transfer);
    this.next();
  }

  /** @param {Transfer} transfer */
  draw(transfer) {
    const chip = this.chips.get(transfer);
    if (!chip) return;
    const bar = /** @type {HTMLProgressElement} */ (find("progress", chip));
    bar.value = transfer.file.size ? transfer.offset / transfer.file.size : 0;
    bar.setAttribute("aria-label", transfer.file.name);
    const pause = get("[data-pause]", chip);
    const isPaused = transfer.isPaused && !this.queue.includes(transfer);
    pause.innerHTML = icon(isPaused ? "play" : "pause");
    const { name } = transfer.file;
    pause.setAttribute("aria-label", say(isPaused ? "goOnFile" : "pauseFile", { name }));
    if (transfer.isCut && !transfer.isPaused) this.say(transfer, say("uploadWaits"));
    else if (!transfer.isPaused) this.say(transfer, "");
  }

  /**
   * @param {Transfer} transfer
   * @param {string} words
   */
  say(transfer, words) {
    const chip = this.chips.get(transfer);
    if (chip) get("[data-words]", chip).textContent = words;
  }

  /**
   * What is sent or saved waits for the files; what is thrown away does not.
   * @param {SubmitEvent} event
   */
  holdBack(event) {
    if (!this.chips.size) return;
    const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (submitter?.value === "discard") {
      for (const transfer of [...this.chips.keys()]) this.remove(transfer);
      return;
    }
    if (this.isReleased) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.sending) return;
    this.sending = { submitter };
    const names = [...this.chips.keys()].map(({ file }) => file.name).join(", ");
    const words = navigator.onLine ? say("sendsWhenThere") : say("filesWait", { names });
    spot(this.form, "saved").textContent = words;
    for (const transfer of this.chips.keys()) {
      if (transfer.isPaused && !this.running.has(transfer)) this.resume(transfer);
    }
    this.next();
  }

  /** Nothing is on its way any more. What could not come is said by the server, too. */
  release() {
    const { submitter = null } = this.sending ?? {};
    this.sending = null;
    this.isReleased = true;
    this.form.requestSubmit(/** @type {HTMLButtonElement | null} */ (submitter));
    this.isReleased = false;
  }

  isReleased = false;
}

/**
 * Where files are dropped or pasted: the form, and the whole page while it is the only one.
 * @param {HTMLFormElement} form
 * @param {(files: FileList) => void} take
 * @param {AbortSignal} signal of the form's end, while its page stays
 */
export function takeDrops(form, take, signal) {
  const isMine = (/** @type {Event} */ event) => {
    if (!form.isConnected) return false;
    const at = event.target instanceof Element ? event.target.closest("form.compose") : null;
    return at === form || (at === null && findAll("form.compose").length === 1);
  };
  /** @param {DragEvent} event */
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !isMine(event)) return;
    event.preventDefault();
    form.classList.add("dropping");
  };
  /** @param {DragEvent} event */
  const leave = (event) => {
    if (!event.relatedTarget || isMine(event)) form.classList.remove("dropping");
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    form.classList.remove("dropping");
    const files = event.dataTransfer?.files;
    if (event.defaultPrevented || !files?.length || !isMine(event)) return;
    event.preventDefault();
    take(files);
  };
  document.addEventListener("dragover", over, { signal });
  document.addEventListener("dragleave", leave, { signal });
  document.addEventListener("drop", drop, { signal });
  form.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (event.defaultPrevented || !files?.length) return;
    event.preventDefault();
    take(files);
  });
}
