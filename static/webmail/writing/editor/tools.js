// The tools of the editor: what each button does, which of them is on, and how keys reach them.

import { find, findAll, get } from "../../pages/dom.js";

const EMOJI =
  "😀 😂 😊 😍 😉 😎 🤔 😅 😢 😡 👍 👎 👏 🙏 👋 💪 ❤️ 🎉 🎂 🌷 ☀️ ⭐ 🔥 ✅ ❌ ⚠️ ❓ ❗ 📎 📅 ☕ 🚀".split(
    " ",
  );
const FORMATS = { bold: "B", italic: "I", underline: "U", strike: "S" };
const PLACES = { bullets: "UL", numbers: "OL", quote: "BLOCKQUOTE", link: "A" };

/**
 * @typedef {import("./squire.js").MailEditor} MailEditor
 */

/**
 * @param {HTMLElement} holder of the tools and the editor
 * @param {MailEditor} editor
 * @param {() => void} plain
 * @param {() => void} picture
 */
export function toolsFor(holder, editor, plain, picture) {
  const bar = get("[role=toolbar]", holder);
  /** @type {Record<string, () => void>} */
  const acts = {
    bold: () => editor.toggle("B"),
    italic: () => editor.toggle("I"),
    underline: () => editor.toggle("U"),
    strike: () => editor.toggle("S"),
    bullets: () => editor.toggleList("UL"),
    numbers: () => editor.toggleList("OL"),
    quote: () => editor.toggleQuote(),
    code: () => editor.toggleCode(),
    clear: () => editor.removeAllFormatting(),
    undo: () => editor.undo(),
    redo: () => editor.redo(),
    link: () => choose("link"),
    colour: () => choose("colour"),
    emoji: () => choose("emoji"),
    picture,
    plain,
  };
  /** @param {string} name */
  const choose = (name) => openChoice(holder, editor, name);
  bar.addEventListener("mousedown", (event) => {
    if (!(event.target instanceof HTMLSelectElement)) event.preventDefault(); // the selection stays
  });
  bar.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button[data-do]");
    acts[button?.getAttribute("data-do") ?? ""]?.();
  });
  const blocks = /** @type {HTMLSelectElement} */ (get('[data-do="block"]', bar));
  blocks.addEventListener("change", (event) => {
    event.stopPropagation();
    editor.setBlock(blocks.value);
  });
  const key = /Mac|iPhone|iPad/.test(navigator.platform) ? "Meta-" : "Ctrl-";
  editor.setKeyHandler(`${key}k`, (_, event) => {
    event.preventDefault();
    choose("link");
  });
  nameKeys(bar);
  roam(bar);
  fillChoices(holder, editor);
  showState(bar, editor);
}

/**
 * What is on where the cursor stands.
 * @param {HTMLElement} bar
 * @param {MailEditor} editor
 */
function showState(bar, editor) {
  /** @param {string} name @param {boolean} isOn */
  const press = (name, isOn) =>
    get(`[data-do="${name}"]`, bar).setAttribute("aria-pressed", String(isOn));
  const blocks = /** @type {HTMLSelectElement} */ (get('[data-do="block"]', bar));
  const show = () => {
    for (const [name, tag] of Object.entries(FORMATS)) press(name, editor.hasFormat(tag));
    for (const [name, tag] of Object.entries(PLACES)) press(name, editor.isIn(tag));
    press("code", editor.isIn("PRE") || editor.isIn("CODE"));
    blocks.value = ["H1", "H2", "H3"].find((tag) => editor.isIn(tag)) ?? "";
  };
  for (const type of ["pathChange", "select"]) editor.addEventListener(type, show);
  editor.addEventListener("undoStateChange", (/** @type {any} */ { detail }) => {
    get('[data-do="undo"]', bar).toggleAttribute("disabled", !detail.canUndo);
    get('[data-do="redo"]', bar).toggleAttribute("disabled", !detail.canRedo);
  });
}

/** @param {HTMLElement} bar */
function nameKeys(bar) {
  for (const button of findAll("[aria-label]", bar)) {
    const keys = button.getAttribute("aria-keyshortcuts");
    const name = button.getAttribute("aria-label") ?? "";
    button.title = keys ? `${name} (${keys.replace("Control", "Ctrl")})` : name;
  }
}

/**
 * One of the tools is reached by Tab, the others by the arrows (ARIA, pattern of a toolbar).
 * @param {HTMLElement} bar
 */
function roam(bar) {
  const tools = findAll("button, select", bar);
  /** @param {HTMLElement | undefined} tool */
  const reach = (tool) => {
    for (const each of tools) each.tabIndex = each === tool ? 0 : -1;
  };
  reach(tools[0]);
  bar.addEventListener("focusin", ({ target }) => reach(/** @type {HTMLElement} */ (target)));
  bar.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    const usable = tools.filter((each) => !each.hasAttribute("disabled"));
    const here = usable.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = event.key === forward ? 1 : usable.length - 1;
    const there = { Home: 0, End: usable.length - 1 }[event.key] ?? (here + step) % usable.length;
    event.preventDefault();
    usable[there]?.focus();
  });
}

/**
 * @param {HTMLElement} holder
 * @param {MailEditor} editor
 * @param {string} name
 */
function openChoice(holder, editor, name) {
  const choice = get(`[data-choice="${name}"]`, holder);
  const opener = get(`[data-do="${name}"]`, holder);
  if (name === "link") {
    const link = /** @type {HTMLInputElement} */ (get("[data-link]", choice));
    link.value = linkHere(editor);
  }
  choice.showPopover({ source: opener });
  find("input, button", choice)?.focus();
}

/** @param {MailEditor} editor */
function linkHere(editor) {
  const { commonAncestorContainer: place } = editor.getSelection();
  const element = place instanceof Element ? place : place.parentElement;
  return element?.closest("a")?.getAttribute("href") ?? "";
}

/**
 * @param {HTMLElement} holder
 * @param {MailEditor} editor
 */
function fillChoices(holder, editor) {
  const emoji = get('[data-choice="emoji"]', holder);
  for (const each of EMOJI) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.textContent = each;
    button.addEventListener("click", () => {
      emoji.hidePopover();
      editor.focus();
      editor.insertPlainText(each, false);
    });
    emoji.append(button);
  }
  const colours = get('[data-choice="colour"]', holder);
  for (const button of findAll("[data-colour]", colours)) {
    const { colour = "" } = button.dataset;
    const sample = find("span", button);
    if (sample) sample.style.background = colour;
    button.addEventListener("click", () => {
      colours.hidePopover();
      editor.focus();
      editor.setTextColor(colour || null);
    });
  }
  const links = get('[data-choice="link"]', holder);
  const address = /** @type {HTMLInputElement} */ (get("[data-link]", links));
  const add = () => {
    const goal = address.value.trim();
    links.hidePopover();
    editor.focus();
    if (goal) editor.makeLink(whole(goal));
  };
  address.addEventListener("input", (event) => event.stopPropagation());
  address.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    add();
  });
  get('[data-link-do="add"]', links).addEventListener("click", add);
  get('[data-link-do="remove"]', links).addEventListener("click", () => {
    links.hidePopover();
    editor.focus();
    editor.removeLink();
  });
}

/**
 * An address as a link needs it.
 * @param {string} typed
 */
function whole(typed) {
  if (/^(?:https?:|mailto:|tel:)/i.test(typed)) return typed;
  return /^[^\s/@]+@[^\s/@]+$/.test(typed) ? `mailto:${typed}` : `https://${typed}`;
}
