// Live: the server says that a folder changed, the page asks what. After a lost link the page
// goes on from the mod-sequence it knows, so that only what changed travels.

const QUIET = 250; // ms in which several hints become one question
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60000;
const LINE = 8000;

let page;
let socket = null;
let pause = FIRST_PAUSE;
let lost = false;
let asking = null;
let timer = 0;
let retry = 0;
let watched = "";
let followed = "";

// ---- The socket ---------------------------------------------------------------------------

function connect() {
  clearTimeout(retry);
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  socket.addEventListener("open", () => {
    watched = followed = "";
    look();
    if (lost) ask(true);
    lost = false;
    pause = FIRST_PAUSE;
  });
  socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    lost = true;
    if (!navigator.onLine) line("You are offline. What is on this page can still be read.", "offline");
    retry = setTimeout(connect, pause * (0.8 + Math.random() * 0.4));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  });
}

function look() {
  watch();
  follow();
}

function watch() {
  const { folder, modseq } = page.list().dataset;
  if (socket?.readyState !== WebSocket.OPEN || folder === watched) return;
  watched = folder;
  socket.send(JSON.stringify({ watch: folder, modseq: Number(modseq) || 0 }));
}

// What became of the open message, if it is one's own: the server tells when that changes.
function follow() {
  const message = page.find("#way")?.dataset.message ?? "";
  if (socket?.readyState !== WebSocket.OPEN || message === followed) return;
  followed = message;
  socket.send(JSON.stringify({ follow: message }));
}

async function wayOf(message) {
  const answer = await fetch(`/way/?${new URLSearchParams({ message })}`, { headers: { "X-Pane": "way" } });
  const way = page.find("#way");
  if (!answer.ok || way?.dataset.message !== message) return;
  const open = page.find("details", way).open;
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  page.find("details", holder.content).open = open;
  way.replaceWith(holder.content.firstElementChild);
}

function hear(words) {
  if (words.way) wayOf(words.way);
  if (words.away) line("The mail server can't be reached. What is on this page can still be read.", "offline");
  if (words.back) ask(true);
  if (!words.folder) return;
  clearTimeout(timer);
  timer = setTimeout(() => ask(false), QUIET);
}

// ---- What changed -------------------------------------------------------------------------

// UIDs of the rows and of the open message as the shortest list of ranges.
function known() {
  const shown = page.findAll("#rows .row").map((row) => Number(row.dataset.uid));
  const uids = [...new Set([...shown, ...(page.opened() ? [Number(page.opened())] : [])])].sort((a, b) => a - b);
  const out = [];
  for (const uid of uids) {
    const last = out.at(-1);
    if (last && last[1] === uid - 1) last[1] = uid;
    else out.push([uid, uid]);
  }
  return out.map(([low, high]) => (low === high ? low : `${low}:${high}`)).join(",");
}

async function ask(back) {
  if (asking) return void (timer = setTimeout(() => ask(back), QUIET));
  const list = page.list();
  const { changes, validity, modseq } = list.dataset;
  try {
    asking = fetch(`${changes}?${new URLSearchParams({ validity, modseq, known: known() })}`, {
      headers: { "X-Pane": "changes" },
    });
    const answer = await asking;
    if (answer.status === 401) return void location.reload();
    if (!answer.ok) return undefined;
    const text = await answer.text();
    const words = JSON.parse(text);
    if (list !== page.list()) return undefined;
    if (words.gone) {
      line(words.gone, "info");
      return void page.gone();
    }
    const count = apply(words);
    if (back) cameBack(count, words.octets);
  } catch {
    lost = true;
  } finally {
    asking = null;
  }
  return undefined;
}

function apply(words) {
  if (words.reset) {
    page.gone();
    return void page.refresh();
  }
  const list = page.list();
  list.dataset.modseq = words.modseq;
  let count = 0;
  for (const uid of words.vanished) {
    if (page.opened() === String(uid)) page.gone();
    const row = page.row(uid);
    if (!row) continue;
    row.remove();
    count += 1;
  }
  for (const flags of words.flags) count += Number(redraw(flags));
  if ("newest" in list.dataset) for (const row of words.rows) count += Number(arrive(row));
  page.unseen(words.unseen);
  for (const link of page.findAll("#folder-rows a[data-folder]")) {
    page.folderCount(link.dataset.folder, words.counts[link.dataset.folder] ?? 0);
  }
  return count;
}

// A new row slides in above the others; what is being read stays where it is.
function arrive({ uid, html }) {
  if (page.row(uid)) return false;
  const rows = page.find("#rows");
  if (!rows) {
    page.refresh();
    return true;
  }
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const row = holder.content.firstElementChild;
  row.classList.add("new");
  const next = page.findAll(".row", rows).find((one) => Number(one.dataset.uid) < uid);
  const top = rows.scrollTop;
  rows.insertBefore(row, next ?? null);
  if (top > 0) rows.scrollTop = top + row.offsetHeight;
  return true;
}

const MARKS = [["flagged", "flagged", "Flagged"], ["answered", "reply", "Replied"], ["forwarded", "forward", "Forwarded"]];

// True when something on the page really became different.
function redraw(flags) {
  const row = page.row(flags.uid);
  if (!row) return false;
  const marks = page.find(".marks", row);
  const before = marks.innerHTML + row.className;
  row.classList.toggle("unread", !flags.seen);
  page.find(".who .sr", row)?.remove();
  if (!flags.seen) page.find(".who", row).insertAdjacentHTML("afterbegin", '<span class="sr">Unread. </span>');
  const clip = page.find(".m-clip", marks);
  const clock = page.find(".m-clock", marks);
  marks.replaceChildren();
  if (clock) marks.append(clock);
  for (const [flag, icon, label] of MARKS) {
    if (flags[flag]) {
      marks.insertAdjacentHTML("beforeend",
        `<svg class="icon m-${icon}" role="img" aria-label="${label}"><use href="#i-${icon}"/></svg>`);
    }
  }
  if (clip) marks.append(clip);
  return before !== marks.innerHTML + row.className;
}

// ---- The line above the list --------------------------------------------------------------

function cameBack(count, octets) {
  const what = count === 0 ? "nothing changed" : count === 1 ? "1 change" : `${count} changes`;
  line(`Back online, ${what}, ${octets.toLocaleString("en")} bytes.`, "check", LINE);
}

function line(text, icon, goes = 0) {
  const place = page.find("#link");
  place.innerHTML = `<div class="link"><svg class="icon" aria-hidden="true"><use href="#i-${icon}"/></svg><span></span>`
    + '<button class="tool" type="button" aria-label="Dismiss"><svg class="icon" aria-hidden="true">'
    + '<use href="#i-close"/></svg></button></div>';
  page.find("span", place).textContent = text;
  const box = place.firstElementChild;
  page.find("button", place).addEventListener("click", () => box.remove());
  if (goes) setTimeout(() => box.remove(), goes);
}

export function start(mailbox) {
  page = mailbox;
  new MutationObserver(look).observe(page.find(".panes"), { childList: true });
  addEventListener("offline", () => line("You are offline. What is on this page can still be read.", "offline"));
  addEventListener("online", () => { pause = FIRST_PAUSE; if (socket?.readyState > 1) connect(); else ask(true); });
  connect();
}
