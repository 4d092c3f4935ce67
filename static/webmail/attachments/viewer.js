// Attachments over the page, one after the other. Each has a page of its own that shows the same:
// this only puts it over the message, and asks for pictures at the size of the screen.

import { cloneTemplate, find, findAll, fragment, get } from "../pages/dom.js";
import { sizeText } from "../pages/size.js";
import { learnWords, say } from "../pages/words.js";
import { stepOf, sweepOf } from "./steps.js";

const STEP = 160; // px: the server makes pictures in steps of so many
const LARGEST = 3840; // px

/** @type {HTMLDialogElement | null} */
let dialog = null;
/** @type {HTMLElement[]} links to what can be looked at, as they stand on the page */
let links = [];
let at = 0;
let turn = 0;
/** @type {{ x: number, y: number } | null} where a finger began */
let touch = null;

/** @param {number} pixels of the page */
const rounded = (pixels) => Math.min(LARGEST, Math.ceil((pixels * devicePixelRatio) / STEP) * STEP);

const room = () => `${rounded(innerWidth)}x${rounded(innerHeight)}`;

const isSlow = () =>
  Boolean(/** @type {{ connection?: { saveData?: boolean } }} */ (navigator).connection?.saveData);

/** @param {HTMLElement} link */
const pictureOf = (link) =>
  link.dataset.picture ? `${link.dataset.picture}${room()}/` : (link.dataset.original ?? "");

/** @param {MouseEvent} event */
function open(event) {
  const target = event.target instanceof Element ? event.target : null;
  const link = /** @type {HTMLElement | null} */ (target?.closest("[data-view]") ?? null);
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.dataset.view === "message") return; // it has a page like any other message
  event.preventDefault();
  links = findAll("[data-view]", link.closest(".parts") ?? document);
  dialog = /** @type {HTMLDialogElement} */ (get("dialog", cloneTemplate("viewer")));
  learnWords(JSON.parse(get("script", dialog).textContent ?? "{}"));
  const mine = dialog;
  mine.addEventListener("click", press);
  mine.addEventListener("keydown", key);
  mine.addEventListener("pointerdown", (down) => {
    touch = down.pointerType === "touch" ? { x: down.clientX, y: down.clientY } : null;
  });
  mine.addEventListener("pointerup", lift);
  mine.addEventListener("close", () => {
    mine.remove();
    dialog = null;
    links[at]?.focus();
  });
  document.body.append(mine);
  mine.showModal();
  show(links.indexOf(link));
}

/** @param {MouseEvent} event */
function press(event) {
  const target = event.target instanceof Element ? event.target : null;
  const step = /** @type {HTMLElement | null} */ (target?.closest("[data-step]") ?? null);
  if (target?.closest("[data-close]")) dialog?.close();
  else if (step) show(at + Number(step.dataset.step));
}

/** @param {KeyboardEvent} event */
function key(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("audio, video, input") || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const by = stepOf(event.key, document.dir === "rtl");
  if (!by) return;
  event.preventDefault();
  show(at + by);
}

/** @param {PointerEvent} event */
function lift(event) {
  const began = touch;
  touch = null;
  const target = event.target instanceof Element ? event.target : null;
  if (!began || target?.closest(".sheet-of-cells, .source, audio, video")) return;
  const by = sweepOf(event.clientX - began.x, event.clientY - began.y, document.dir === "rtl");
  if (by) show(at + by);
}

/** @param {number} place */
async function show(place) {
  const link = links[place];
  if (!link || !dialog) return;
  at = place;
  turn += 1;
  const mine = turn;
  const stage = get(".stage", dialog);
  get("h2", dialog).textContent = link.dataset.name ?? "";
  get(".place", dialog).textContent = say("place", { place: place + 1, exists: links.length });
  get(".saved", dialog).textContent = "";
  const save = /** @type {HTMLAnchorElement} */ (get("[data-save]", dialog));
  save.href = link.dataset.save ?? "";
  for (const step of findAll("[data-step]", dialog)) {
    const leads = Boolean(links[place + Number(step.dataset.step)]);
    if (!leads && step === document.activeElement) stage.focus();
    /** @type {HTMLButtonElement} */ (step).disabled = !leads;
  }
  stage.replaceChildren();
  stage.setAttribute("aria-busy", "true");
  try {
    const content = link.dataset.view === "picture" ? await picture(link) : await piece(link);
    if (mine !== turn || !dialog) return;
    stage.replaceChildren(content);
    stage.scrollTop = 0;
    if (content instanceof HTMLImageElement) tellSaved(content, Number(link.dataset.size));
    loadAhead(links[place + 1]);
  } catch {
    if (mine === turn) stage.textContent = say("notShown");
  } finally {
    if (mine === turn) stage.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLElement} link
 * @returns {Promise<HTMLImageElement>}
 */
async function picture(link) {
  const image = new Image();
  image.alt = link.dataset.name ?? "";
  image.src = pictureOf(link);
  await image.decode();
  return image;
}

/** @param {HTMLElement} link */
async function piece(link) {
  const wide = Math.min(rounded(innerWidth), LARGEST);
  const url = new URL(link.dataset.piece ?? "", location.href);
  url.searchParams.set("room", `${wide}x${LARGEST}`);
  const answer = await fetch(url, { headers: { "X-Pane": "viewer" } });
  if (!answer.ok) throw new Error(`The server said ${answer.status}`);
  return fragment(await answer.text());
}

/**
 * What came instead of the file itself.
 * @param {HTMLImageElement} image
 * @param {number} size of the file
 */
function tellSaved(image, size) {
  const timing = /** @type {PerformanceResourceTiming | undefined} */ (
    performance.getEntriesByName(image.src).at(-1)
  );
  const moved = timing?.encodedBodySize ?? 0;
  if (!dialog || !moved || moved >= size) return;
  const words = { moved: sizeText(moved), size: sizeText(size) };
  get(".saved", dialog).textContent = say("movedInstead", words);
}

/** @param {HTMLElement | undefined} link the next one, if it is a picture: it is there at once then */
function loadAhead(link) {
  if (link?.dataset.view === "picture" && !isSlow()) new Image().src = pictureOf(link);
}

export function startViewer() {
  if (find("template#viewer")) document.addEventListener("click", open);
}
