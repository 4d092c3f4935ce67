// The way of a sent message: looked at again whenever the server says that something happened.

const box = document.getElementById("status");
const SOON = 1000;
const PATIENT = 5000;
let leaving = false;
let told = false; // the socket is open and tells
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (leaving) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Pane": "status" } });
    const text = await answer.text();
    if (answer.ok && text !== box.dataset.seen) {
      box.dataset.seen = text;
      const open = box.querySelector("details")?.open;
      box.innerHTML = text;
      if (open === false) box.querySelector("details").open = false;
      document.title = `${box.querySelector("h1").textContent} · Lemonade`;
    }
  } catch {
    told = false;
  }
  if (box.querySelector("[data-final='1']")) return;
  timer = setTimeout(look, told ? PATIENT : SOON);
}

function listen() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live/`);
  socket.addEventListener("open", () => {
    told = true;
    socket.send(JSON.stringify({ follow: document.getElementById("way").dataset.message }));
    look(); // what happened before it listened, it does not tell
  });
  socket.addEventListener("message", look);
  socket.addEventListener("close", () => { told = false; });
}

document.addEventListener("submit", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
listen();
timer = setTimeout(look, SOON);
