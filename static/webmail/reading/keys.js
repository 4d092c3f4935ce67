// Gmail's keys. Loaded with the first key that is pressed.

let page;
let leader = "";
let picked = null;

const FOLDERS = { i: "inbox", t: "sent", d: "drafts", a: "archive" };

const rows = () => page.findAll("#rows .row");

function here() {
  const focused = document.activeElement?.closest(".row");
  return focused ?? (page.opened() && page.row(page.opened())) ?? (picked?.isConnected ? picked : null);
}

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : at + by];
  if (!next) return;
  picked = next;
  const link = page.find(".open", next);
  link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (page.opened()) page.go(link.href, { quiet: true });
}

// Presses the button that does it: the open letter's, else the list's for the chosen rows.
function press_on(values) {
  if ("gone" in (page.find("#letter")?.dataset ?? {}) && !page.findAll("#rows :checked").length) {
    return page.toast("This message is not here any more.");
  }
  const pick = values.map((value) => `[value="${value}"]`).join(",");
  if (!page.findAll("#rows :checked").length) {
    const button = page.find("#one")?.querySelector(pick) ?? page.find(`#more :is(${pick})`);
    if (button) return button.click();
    const box = here()?.querySelector('[name="uid"]');
    if (!box) return page.toast("Choose a message first.");
    box.click();
  }
  return page.find("#bulk").querySelector(pick)?.click();
}

function move() {
  const one = page.opened() && !page.findAll("#rows :checked").length;
  if (!one && !page.findAll("#rows :checked").length) here()?.querySelector('[name="uid"]')?.click();
  const sheet = document.getElementById(one ? "one-move" : "bulk-move");
  sheet?.showPopover();
  page.find("button", sheet)?.focus();
}

async function help() {
  const answer = await fetch(page.find("[data-help]").href);
  const words = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("keys-help");
  const box = document.createElement("dialog");
  box.setAttribute("aria-label", "Keyboard shortcuts");
  box.innerHTML = '<form method="dialog"><button class="tool" aria-label="Close">'
    + '<svg class="icon" aria-hidden="true"><use href="#i-close"/></svg></button></form>';
  box.append(words);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

function folder(role) {
  page.findAll("#folder-rows a").find((link) => page.find("use", link).getAttribute("href") === `#i-${role}`)?.click();
}

// One step out: first of a choice, then of the open letter.
function leave() {
  const chosen = page.findAll("#rows :checked");
  if (chosen.length) chosen.forEach((box) => box.click());
  else if (page.opened()) page.backToList();
}

const follow = (key) => page.find(`#letter [data-key="${key}"]`)?.click();

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => here() && page.find(".open", here()).click(),
  u: () => page.opened() && page.backToList(),
  x: () => here()?.querySelector('[name="uid"]')?.click(),
  e: () => press_on(["archive"]),
  "#": () => press_on(["delete"]),
  "!": () => press_on(["junk"]),
  s: () => press_on(["flag", "unflag"]),
  I: () => press_on(["read"]),
  U: () => press_on(["unread"]),
  v: move,
  r: () => follow("r"),
  a: () => follow("a"),
  f: () => follow("f"),
  c: () => page.find(".write").click(),
  z: () => page.find('#toasts [data-act="undo"] button')?.click(),
  n: () => page.find('.pager [rel="next"]')?.click(),
  p: () => page.find('.pager [rel="prev"]')?.click(),
  "/": () => page.find('.find input').focus(),
  "?": help,
  Escape: leave,
};

export function press(key, mailbox) {
  page = mailbox;
  if (leader === "g") {
    leader = "";
    if (FOLDERS[key]) folder(FOLDERS[key]);
    return;
  }
  leader = key === "g" ? "g" : "";
  KEYS[key]?.();
}
