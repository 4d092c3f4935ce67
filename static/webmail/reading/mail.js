// The mailbox without full reloads. Every link and form here works without this file too:
// it only fetches the panes that change and acts before the server has answered.

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

const GONE = new Set(["archive", "delete", "junk", "move"]);
const PANES = ["folder-rows", "list", "moves", "letter"];
const SLOW = 300;
const TOAST = 9000;
let turn = 0;
let running = null;

const list = () => document.getElementById("list");
const opened = () => document.getElementById("letter")?.dataset.uid;
const row = (uid) => document.getElementById(`m${uid}`);

// ---- Toasts -------------------------------------------------------------------------------

function toast(text, undo) {
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) box.append(undoForm(undo));
  find("#toasts").replaceChildren(box);
  fade(box);
}

function fade(box) {
  let timer = setTimeout(() => box.remove(), TOAST);
  const hold = () => clearTimeout(timer);
  const go = () => { hold(); timer = setTimeout(() => box.remove(), TOAST); };
  box.addEventListener("pointerenter", hold);
  box.addEventListener("focusin", hold);
  box.addEventListener("pointerleave", go);
  box.addEventListener("focusout", go);
}

function undoForm({ url, fields }) {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: url });
  form.dataset.act = "undo";
  const token = find("[name=csrfmiddlewaretoken]").value;
  for (const [name, values] of Object.entries({ csrfmiddlewaretoken: [token], ...fields })) {
    for (const value of values) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }
  form.append(Object.assign(document.createElement("button"), { textContent: "Undo" }));
  return form;
}

// ---- Panes --------------------------------------------------------------------------------

async function go(url, { push = true, only = "", quiet = false } = {}) {
  const mine = ++turn;
  running?.abort();
  running = new AbortController();
  const slow = setTimeout(() => find(".panes").setAttribute("aria-busy", "true"), SLOW);
  try {
    const answer = await fetch(url, { headers: { "X-Pane": only || paneFor(url) }, signal: running.signal });
    if (!answer.ok) return complain(answer, url);
    const text = await answer.text();
    if (mine !== turn) return undefined;
    show(text);
    if (push && location.href !== answer.url) history.pushState({}, "", answer.url);
    if (!quiet) settle();
  } catch (problem) {
    if (problem.name !== "AbortError") toast("No connection. What is on this page can still be read.");
  } finally {
    clearTimeout(slow);
    if (mine === turn) find(".panes").removeAttribute("aria-busy");
  }
  return undefined;
}

// A letter of the list on the page needs the letter alone; everything else the list too.
function paneFor(url) {
  const goal = new URL(url, location.href);
  const here = new URL(list().dataset.url, location.href);
  const inside = goal.pathname.startsWith(here.pathname) && /^\d+\/$/.test(goal.pathname.slice(here.pathname.length));
  return inside && (goal.searchParams.get("before") ?? "") === (here.searchParams.get("before") ?? "")
    && (goal.searchParams.get("q") ?? "") === (here.searchParams.get("q") ?? "") ? "letter" : "all";
}

function show(html) {
  const page = document.createElement("template");
  page.innerHTML = html;
  const scroll = find("#rows")?.scrollTop;
  const kept = list().dataset.url;
  for (const id of PANES) {
    const fresh = page.content.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(fresh);
  }
  if (list().dataset.url === kept && find("#rows")) find("#rows").scrollTop = scroll;
  mark();
}

// What follows from the open letter: its row, the phone's one pane, the title.
function mark() {
  const uid = opened();
  find(".panes").toggleAttribute("data-open", Boolean(uid));
  for (const old of findAll(".row.current")) {
    old.classList.remove("current");
    find(".open", old).removeAttribute("aria-current");
  }
  if (uid && row(uid)) {
    row(uid).classList.add("current");
    find(".open", row(uid)).setAttribute("aria-current", "true");
    row(uid).scrollIntoView({ block: "nearest" });
    if (row(uid).classList.contains("unread") && !("unmarked" in list().dataset)) flagRow(row(uid), "read");
  }
  for (const link of findAll("#folder-rows a")) {
    if (link.dataset.folder === list().dataset.folder) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  searchHere();
  title();
  framed();
}

// What a frame needs to be printed.
function framed() {
  if (find("#letter .frame")) import(document.body.dataset.print);
}

// The search box searches the list that is shown, not the one that the page was loaded with.
function searchHere() {
  const { url, label } = list().dataset;
  const form = find(".find");
  const input = find("input", form);
  if (form.dataset.of === url) return;
  const here = new URL(url, location.href);
  form.dataset.of = url;
  form.action = here.pathname;
  input.placeholder = `Search ${label}`;
  input.setAttribute("aria-label", `Search in ${label}`);
  if (document.activeElement !== input) input.value = here.searchParams.get("q") ?? "";
}

function title() {
  const { unseen, label } = list().dataset;
  const name = opened() ? document.getElementById("letter").dataset.title : label;
  document.title = `${Number(unseen) ? `(${unseen}) ` : ""}${name} · Lemonade`;
}

function settle() {
  find("#folders").matches(":popover-open") && find("#folders").hidePopover();
  const goal = opened() ? find("#subject") : find("#list-title");
  goal?.focus({ preventScroll: true });
}

function close() {
  document.getElementById("letter").replaceWith(find("#no-letter").content.cloneNode(true));
  const some = Boolean(find("#rows .row"));
  find("#letter h2").textContent = some ? "No message is open" : "Nothing to read here";
  find("#letter p").hidden = !some;
  mark();
}

// The open message was moved or deleted elsewhere: what was loaded of it can still be read, no more.
function gone() {
  const letter = document.getElementById("letter");
  if (!opened() || "gone" in letter.dataset) return;
  letter.dataset.gone = "";
  findAll(".tools > :not([data-back]), #more, .parts .tool, .scroll .note", letter).forEach((one) => one.remove());
  const note = document.createElement("p");
  note.className = "note bad";
  note.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#i-warning"/></svg><span role="alert"></span>'
    + '<a class="button" data-nav data-back></a>';
  find("span", note).textContent = "This message was moved or deleted elsewhere. It can be read here "
    + "until you leave it.";
  Object.assign(find("a", note), { href: list().dataset.url, textContent: "Back to the list" });
  find(".scroll", letter).prepend(note);
}

async function complain(answer, url) {
  const words = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : null;
  if (!words) return location.assign(url);
  if (words.login) return location.assign(words.login);
  toast(words.text);
  const uid = new URL(url, location.href).pathname.match(/\/(\d+)\/$/)?.[1];
  if (answer.status === 404 && uid) {
    row(uid)?.remove();
    if (opened() === uid) gone();
  }
  return undefined;
}

// ---- Counts and marks ---------------------------------------------------------------------

function unseen(count) {
  const value = Math.max(0, count);
  list().dataset.unseen = value;
  if (!new URL(list().dataset.url, location.href).searchParams.get("q")) {
    find("#unread-count").textContent = value ? `${value} unread` : "";
  }
  if (!/^#i-drafts$/.test(find(`#folder-rows [aria-current] use`)?.getAttribute("href"))) {
    folderCount(list().dataset.folder, value);
  }
  title();
}

function folderCount(name, value) {
  const link = findAll("#folder-rows a").find((one) => one.dataset.folder === name);
  const icon = link && find("use", link)?.getAttribute("href");
  if (!link || icon === "#i-sent") return;
  const drafts = icon === "#i-drafts";
  link.classList.toggle("has-unread", value > 0 && !drafts);
  find(".count", link)?.remove();
  if (!value) return;
  link.insertAdjacentHTML("beforeend", `<span class="count"><span class="sr"> ${drafts ? "drafts" : "unread"}</span></span>`);
  find(".count", link).prepend(String(value));
}

function flagRow(item, what) {
  const was = item.classList.contains("unread");
  if (what === "read" || what === "unread") {
    item.classList.toggle("unread", what === "unread");
    find(".who .sr", item)?.remove();
    if (what === "unread") find(".who", item).insertAdjacentHTML("afterbegin", '<span class="sr">Unread. </span>');
    const step = Number(what === "unread") - Number(was);
    if (step) unseen(Number(list().dataset.unseen) + step);
  } else {
    find(".m-flagged", item)?.remove();
    if (what === "flag") {
      find(".marks", item).insertAdjacentHTML("afterbegin",
        '<svg class="icon m-flagged" role="img" aria-label="Flagged"><use href="#i-flagged"/></svg>');
    }
  }
}

// ---- Actions: first on the page, then on the server, taken back when it says no -----------

async function act(form, submitter) {
  const data = new FormData(form, submitter);
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]; // new after each sign-in
  if (token) data.set("csrfmiddlewaretoken", token);
  const what = data.get("to") ? "move" : data.get("do");
  const count = data.get("all") ? Number(find("[name=all]").dataset.count) : 0;
  if (count && what === "delete" && !confirm(`Delete all ${count.toLocaleString("en")} messages?`)) return;
  const chosen = count ? findAll("#rows .row").map((one) => one.dataset.uid) : data.getAll("uid");
  const back = ["undo", "receipt"].includes(form.dataset.act) ? () => {} : pretend(what, chosen);
  if (count) toast(`One moment: ${count.toLocaleString("en")} messages…`);
  findAll("[popover]:popover-open").forEach((one) => one.hidePopover());
  if (form.dataset.act === "undo") find("#toasts").replaceChildren();
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Pane": "1" } });
    const words = await answer.json();
    if (words.login) location.assign(words.login);
    if (!answer.ok) throw new Error(words.text);
    toast(words.text, words.undo);
    if (form.dataset.act === "receipt") form.remove();
    if (count || form.dataset.act === "undo" || (list() && !find("#rows .row"))) refresh();
    else page.soon?.();
  } catch (problem) {
    back();
    toast(problem instanceof TypeError ? "No connection. Nothing was changed." : problem.message);
  }
}

const refresh = () => go(list().dataset.url, { push: false, only: "list", quiet: true });

// Shows the outcome at once; the answer takes it back.
function pretend(what, uids) {
  const items = uids.map(row).filter(Boolean);
  const before = Number(list().dataset.unseen);
  const html = items.map((item) => [item, item.nextElementSibling, item.cloneNode(true)]);
  const letter = uids.includes(opened()) ? document.getElementById("letter") : null;
  findAll("#rows :checked, [name=all]:checked").forEach((box) => { box.checked = false; });
  if (GONE.has(what)) leave(items, letter);
  else {
    items.forEach((item) => flagRow(item, what));
    if (letter && what === "unread") backToList();
    else if (letter) toggleFlag(letter, what === "flag");
  }
  picked();
  return () => {
    for (const [item, next, copy] of html.reverse()) {
      if (item.isConnected) item.replaceWith(copy);
      else find("#rows").insertBefore(copy, next?.isConnected ? next : null);
    }
    unseen(before);
  };
}

function leave(items, letter) {
  const next = items.at(-1)?.nextElementSibling ?? items[0]?.previousElementSibling;
  const unread = items.filter((item) => item.classList.contains("unread")).length;
  items.forEach((item) => item.remove());
  unseen(Number(list().dataset.unseen) - unread);
  if (letter) backToList();
  find(".open", next ?? undefined)?.focus({ preventScroll: true });
}

function toggleFlag(letter, on) {
  for (const button of findAll('[value="flag"], [value="unflag"]', letter)) {
    button.value = on ? "unflag" : "flag";
    if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(on));
  }
}

function backToList() {
  close();
  history.pushState({}, "", list().dataset.url);
}

// ---- Choosing rows ------------------------------------------------------------------------

let last = null;

function picked(event) {
  const boxes = findAll('#rows [name="uid"]');
  const count = boxes.filter((box) => box.checked).length;
  const everything = find("[name=all]");
  if (everything && count < boxes.length && event?.target !== everything) everything.checked = false;
  find("#picked").textContent = everything?.checked ? everything.dataset.count : count ? String(count) : "";
  const all = find("[data-all]");
  all.checked = count > 0;
  all.indeterminate = count > 0 && count < boxes.length;
}

function range(box) {
  const boxes = findAll('#rows [name="uid"]');
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
}

// ---- Listening ----------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-nav]");
  if (event.target.matches('#rows [name="uid"]')) {
    if (event.shiftKey && last) range(event.target);
    last = event.target;
  }
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (link.hasAttribute("data-back")) backToList();
  else go(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-act]")) {
    event.preventDefault();
    act(form, event.submitter);
  } else if (form.matches("[data-nav]")) {
    event.preventDefault();
    const words = new FormData(form).get("q").trim();
    go(words ? `${form.action}?q=${encodeURIComponent(words)}` : form.action);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) {
    findAll('#rows [name="uid"]').forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches("[name=all]") && event.target.checked) {
    findAll('#rows [name="uid"]').forEach((box) => { box.checked = true; });
  }
  if (event.target.matches("[data-all], [name=all], #rows [name=uid]")) picked(event);
});

addEventListener("popstate", () => {
  const here = new URL(list().dataset.url, location.href).href;
  if (location.href === here) close();
  else go(location.href, { push: false });
});

document.addEventListener("keydown", async (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (event.key.length > 1 && event.key !== "Escape") return;
  if (event.key === "Escape" && find(":popover-open")) return; // the browser closes it
  (await import(document.body.dataset.keys)).press(event.key, page);
});

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-help]")) return;
  event.preventDefault();
  find("#account").hidePopover();
  (await import(document.body.dataset.keys)).press("?", page);
});

// The server writes times in this zone from now on; without this file it writes UTC.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${zone}`)) {
  document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`;
  if (zone !== "UTC") go(location.href, { push: false, only: "all", quiet: true });
}

// What the other modules use. They are loaded by the hashed names that the page carries, so they
// can't import this file by a name of their own: a second copy of it would listen twice.
const page = { find, findAll, list, opened, row, go, toast, title, unseen, folderCount, refresh, backToList, gone, picked };

findAll(".toast").forEach(fade);
searchHere();
title();
framed();
import(document.body.dataset.live).then((live) => live.start(page));
