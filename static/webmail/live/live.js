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
  if (words.folder) soon();
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
  const { changes, validity, modseq, messages, url } = list.dataset;
  const place = Object.fromEntries(new URL(url, location.href).searchParams);
  try {
    asking = fetch(`${changes}?${new URLSearchParams({ ...place, validity, modseq, messages, known: known() })}`, {
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
    if (back) cameBack(count, Number(answer.headers.get("X-Octets")));
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
  if (words.vanished.some((uid) => page.opened() === String(uid))) page.gone();
  for (const flags of words.flags) count += Number(redraw(flags));
  if (words.page) count += arrange(words);
  page.unseen(words.unseen);
  for (const link of page.findAll("#folder-rows a[data-folder]")) {
    page.folderCount(link.dataset.folder, words.counts[link.dataset.folder] ?? 0);
  }
  return count;
}

// The list is what the server says that it is: these rows in this order, and its range. What is
// being read stays where it is.
function arrange({ page: slice, rows: fresh }) {
  const rows = page.find("#rows");
  const list = page.list();
  const uids = slice.uids.split(",").flatMap((piece) => {
    const [low, high] = piece.split(":").map(Number);
    return piece ? Array.from({ length: (high ?? low) - low + 1 }, (_, at) => low + at) : [];
  }).sort((a, b) => b - a);
  if (!rows || !uids.length || slice.url !== list.dataset.url) {
    page.refresh();
    return 1;
  }
  list.dataset.messages = slice.messages;
  const anchor = page.findAll(".row", rows).find((row) => uids.includes(Number(row.dataset.uid))
    && row.offsetTop + row.offsetHeight > rows.offsetTop + rows.scrollTop);
  const before = anchor?.offsetTop;
  let count = 0;
  for (const row of page.findAll(".row", rows)) {
    if (uids.includes(Number(row.dataset.uid))) continue;
    row.remove();
    count += 1;
  }
  const made = new Map(fresh.map(({ uid, html }) => [uid, html]));
  let next = rows.firstElementChild;
  for (const uid of uids) {
    let row = page.row(uid);
    if (!row && made.has(uid)) {
      const holder = document.createElement("template");
      holder.innerHTML = made.get(uid).trim();
      row = holder.content.firstElementChild;
      row.classList.add("new");
      count += 1;
    }
    if (!row) soon(); // it came while this was asked
    else if (row === next) next = next.nextElementSibling;
    else rows.insertBefore(row, next);
  }
  if (anchor && rows.scrollTop > 0) rows.scrollTop += anchor.offsetTop - before;
  page.find("#pager").outerHTML = slice.pager;
  const all = page.find("[name=all]")?.checked;
  page.find("#everything").outerHTML = slice.everything;
  if (all && page.find("[name=all]")) page.find("[name=all]").checked = true;
  if (new URL(list.dataset.url, location.href).searchParams.get("q")) {
    page.find("#unread-count").textContent = `${slice.exists} found`;
  }
  page.picked();
  return count;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => ask(false), QUIET);
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
  page.soon = soon;
  new MutationObserver(look).observe(page.find(".panes"), { childList: true });
  addEventListener("offline", () => line("You are offline. What is on this page can still be read.", "offline"));
  addEventListener("online", () => { pause = FIRST_PAUSE; if (socket?.readyState > 1) connect(); else ask(true); });
  connect();
}
