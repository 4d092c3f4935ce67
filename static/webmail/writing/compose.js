// Compose: what is attached and whether it fits, files by dropping, a warning before work is lost.

const form = document.getElementById("compose");
const files = document.getElementById("c-files");
const chosen = document.getElementById("chosen");
const tooBig = document.getElementById("too-big");
const limit = Number(form.dataset.limit);
const GROWTH = 1.37; // base64 with its line ends

const first = new URLSearchParams(new FormData(form)).toString();
let leaving = false;

function octets(size) {
  if (size < 1000) return `${size} B`;
  const unit = size < 999950 ? ["kB", 1e3] : size < 999950000 ? ["MB", 1e6] : ["GB", 1e9];
  return `${(size / unit[1]).toFixed(1).replace(".0", "")} ${unit[0]}`;
}

function chip(file) {
  const item = document.createElement("li");
  item.innerHTML = '<span class="chip file"><svg class="icon" aria-hidden="true"><use href="#i-file"/></svg>'
    + '<span class="name"></span><span class="muted size"></span></span>';
  item.querySelector(".name").textContent = file.name;
  item.querySelector(".size").textContent = octets(file.size);
  return item;
}

function weigh() {
  const own = [...files.files].reduce((sum, file) => sum + file.size * GROWTH, 0);
  const kept = [...form.querySelectorAll('[name="kept"]:checked')]
    .reduce((sum, box) => sum + Number(box.dataset.size), 0);
  const over = own + kept > limit;
  tooBig.hidden = !over;
  tooBig.textContent = over ? `Together that is ${octets(Math.round(own + kept))} on its way, more than the `
    + `${octets(limit)} a message may have. Take something out.` : "";
  for (const button of form.querySelectorAll(".send button")) button.disabled = over;
}

files.addEventListener("change", () => {
  chosen.replaceChildren(...[...files.files].map(chip));
  weigh();
  chosen.lastElementChild?.scrollIntoView({ block: "nearest" });
});
form.addEventListener("change", weigh);

const later = document.getElementById("c-later");
const label = () => { document.getElementById("send-label").textContent = later.value ? "Send later" : "Send"; };
later.addEventListener("input", label);
label();

form.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("dropping");
});
form.addEventListener("dragleave", () => form.classList.remove("dropping"));
form.addEventListener("drop", (event) => {
  form.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  const both = new DataTransfer();
  for (const file of [...files.files, ...event.dataTransfer.files]) both.items.add(file);
  files.files = both.files;
  files.dispatchEvent(new Event("change", { bubbles: true }));
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.querySelector('[value="send"]').click();
});
// ---- Sending without leaving: whatever goes wrong, all that was written is still here, files too --

const status = document.getElementById("saved");
const problem = document.getElementById("problem");
const PLACES = { to: "c-to", cc: "c-cc", bcc: "c-bcc", subject: "c-subject", later: "c-later", files: "c-files", sender: "c-sender" };
const MOST_UNCHECKED = 500_000; // octets that are sent before one knows that the session goes on
const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
let busy = false;

function say(text, link) {
  problem.hidden = false;
  const words = problem.querySelector("span");
  words.textContent = text;
  if (link) words.append(" ", Object.assign(document.createElement("a"), { ...link, target: "_blank" }));
  problem.scrollIntoView({ block: "nearest" });
}

function signIn(address) {
  say("Your session has ended. What you wrote is still here, with its files. Sign in in a new tab, then press Send here again.",
    { href: address, textContent: "Sign in" });
}

function show({ text, field, once, gone }) {
  say(text);
  for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
  const place = document.getElementById(PLACES[field] ?? "");
  place?.closest("details")?.setAttribute("open", "");
  place?.setAttribute("aria-invalid", "true");
  place?.focus();
  if (once !== form.elements.once.value) {
    form.elements.once.value = once;
    if (!form.elements.again) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "again", value: "1" }));
    named();
  }
  for (const box of form.querySelectorAll('[name="kept"]')) if (gone.includes(box.value)) box.closest("li").remove();
}

async function send(submitter) {
  const token = csrf();
  if (token) form.elements.csrfmiddlewaretoken.value = token; // new after each sign-in
  const headers = { "X-Pane": "form" };
  const heavy = [...files.files].reduce((sum, file) => sum + file.size, 0) > MOST_UNCHECKED;
  if (heavy) {
    const still = await fetch("/unsent/", { method: "HEAD", headers, redirect: "manual" });
    if (still.status === 401) return signIn("/login/");
  }
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers });
  const json = (answer.headers.get("Content-Type") ?? "").includes("json");
  const words = json ? await answer.json() : {};
  if (words.login) return signIn(words.login);
  if (words.problem) return show(words.problem);
  if (words.goal) {
    leaving = true;
    return location.assign(words.goal);
  }
  return say(words.text ? `${words.text} What you wrote is still here.`
    : `That did not work (${answer.status}). What you wrote is still here. If a new sign-in is needed, do that in another tab, then send again.`);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  status.textContent = "One moment…";
  try {
    await send(event.submitter);
  } catch {
    say("No connection. What you wrote is still here: send it again when there is one. It goes out once.");
  }
  busy = false;
  if (!leaving) status.textContent = "";
});

// ---- Coming back: the form has a name in its address, and this tab remembers what was in it ------

const key = () => `form ${form.elements.once.value}`;

function named() {
  const here = new URL(location.href);
  here.searchParams.set("form", form.elements.once.value);
  history.replaceState(history.state, "", here);
}

function remember() {
  const fields = [...form.elements].filter((one) => one.name && !["hidden", "file", "submit"].includes(one.type));
  try {
    sessionStorage.setItem(key(), JSON.stringify(fields.map((one) => [one.name, one.value, one.checked ?? null])));
  } catch {
    // no room: the browser's own memory must do
  }
}

function recall() {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? "null");
  if (!kept || document.getElementById("sent-already") || !["reload", "back_forward"].includes(kind)) return;
  for (const [name, value, checked] of kept) {
    for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (one.type !== "checkbox" && one.type !== "radio") one.value = value;
      else if (one.value === value) one.checked = checked;
    }
  }
}

if (form.elements.once.value) {
  recall();
  named();
}
addEventListener("pagehide", remember);
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => {
  const now = new URLSearchParams(new FormData(form)).toString();
  if (!leaving && (now !== first || files.files.length)) event.preventDefault();
});
