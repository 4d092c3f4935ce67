// The last word of the search is completed by the browser's own list, with what the server knows.

import { find, get, input } from "../pages/dom.js";

const QUIET = 200; // ms without a key
let timer = 0;
/** @type {AbortController | null} */
let running = null;

export function startCompletion() {
  const box = input(".find input");
  box?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => complete(box), QUIET);
  });
}

/** @param {HTMLInputElement} box */
async function complete(box) {
  const form = /** @type {HTMLFormElement} */ (get(".find"));
  const query = box.value;
  running?.abort();
  running = new AbortController();
  if (!/\S$/.test(query)) return;
  try {
    const answer = await fetch(`${form.dataset.completion}?q=${encodeURIComponent(query)}`, {
      headers: { "X-Pane": "completion" },
      signal: running.signal,
    });
    if (answer.ok && box.value === query) show((await answer.json()).queries);
  } catch (problem) {
    const isOver = problem instanceof DOMException && problem.name === "AbortError";
    if (!isOver && !(problem instanceof TypeError)) throw problem; // no connection
  }
}

/** @param {string[]} queries */
function show(queries) {
  const options = queries.map((query) => {
    const option = document.createElement("option");
    option.value = query;
    return option;
  });
  find("#completions")?.replaceChildren(...options);
}
