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
form.addEventListener("submit", () => {
  leaving = true;
  document.getElementById("saved").textContent = "One moment…";
});
addEventListener("pageshow", () => { leaving = false; });
addEventListener("beforeunload", (event) => {
  const now = new URLSearchParams(new FormData(form)).toString();
  if (!leaving && (now !== first || files.files.length)) event.preventDefault();
});
