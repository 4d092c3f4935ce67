// A question in a dialog: the page waits for an answer. Escape says no.

import { element, get } from "./dom.js";

/**
 * @param {object} words
 * @param {string} words.title
 * @param {string[]} words.lines
 * @param {string} words.yes
 * @param {string} words.no
 * @returns {Promise<boolean>}
 */
export function ask({ title, lines, yes, no }) {
  const dialog = /** @type {HTMLDialogElement} */ (
    element(
      '<dialog class="question" aria-labelledby="question-title" aria-describedby="question-lines">' +
        '<h2 id="question-title"></h2><ul id="question-lines"></ul><p class="actions">' +
        '<button type="button" class="primary" value="yes"></button>' +
        '<button type="button" value=""></button></p></dialog>',
    )
  );
  get("h2", dialog).textContent = title;
  for (const line of lines) {
    get("ul", dialog).append(Object.assign(document.createElement("li"), { textContent: line }));
  }
  const buttons = dialog.querySelectorAll("button");
  [yes, no].forEach((text, i) => {
    const button = /** @type {HTMLButtonElement} */ (buttons[i]);
    button.textContent = text;
    button.addEventListener("click", () => dialog.close(button.value));
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
