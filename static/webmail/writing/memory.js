// Coming back: the form has a name in its address, and this tab remembers what was in it.

import { find, input, inputs } from "../pages/dom.js";

const FORGOTTEN = new Set(["hidden", "file", "submit"]);
let isLeaving = false;

/** From now on the page may be left without a question. */
export function allowLeaving() {
  isLeaving = true;
}

/** @param {HTMLFormElement} form */
export function rememberForm(form) {
  const before = content(form);
  if (nameOf(form)) {
    recall(form);
    putNameIntoAddress(form);
  }
  addEventListener("pagehide", () => remember(form));
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  addEventListener("beforeunload", (event) => {
    const files = input("#c-files", form)?.files?.length;
    if (!isLeaving && (content(form) !== before || files)) event.preventDefault();
  });
}

/** @param {HTMLFormElement} form */
export function putNameIntoAddress(form) {
  const here = new URL(location.href);
  here.searchParams.set("form", nameOf(form));
  history.replaceState(history.state, "", here);
}

/** @param {HTMLFormElement} form */
const nameOf = (form) => input("[name=once]", form)?.value ?? "";

/** @param {HTMLFormElement} form */
const keyOf = (form) => `form ${nameOf(form)}`;

/** @param {HTMLFormElement} form */
function content(form) {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return new URLSearchParams(fields).toString();
}

/** @param {HTMLFormElement} form */
function remember(form) {
  const all = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const fields = all.filter((one) => one.name && !FORGOTTEN.has(one.type));
  const values = fields.map((one) => [one.name, one.value, one.checked ?? null]);
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify(values));
  } catch {
    // no room: the browser's own memory must do
  }
}

/** @param {HTMLFormElement} form */
function recall(form) {
  const kept = sessionStorage.getItem(keyOf(form));
  const [step] = performance.getEntriesByType("navigation");
  const kind = step instanceof PerformanceNavigationTiming ? step.type : "";
  if (!kept || find("#sent-already") || !["reload", "back_forward"].includes(kind)) return;
  for (const [name, value, checked] of JSON.parse(kept)) {
    for (const one of inputs(`[name="${CSS.escape(name)}"]`, form)) {
      if (one.type !== "checkbox" && one.type !== "radio") one.value = value;
      else if (one.value === value) one.checked = checked;
    }
  }
}
