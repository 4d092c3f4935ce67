// The way of a sent message, followed until it is known how it ended.

const box = document.getElementById("status");
const PATIENT = 5000;
let pause = 500;
let leaving = false;

async function look() {
  if (leaving) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Pane": "status" } });
    const text = await answer.text();
    if (answer.ok && text !== box.dataset.seen) {
      box.dataset.seen = text;
      box.innerHTML = text;
      document.title = `${box.querySelector("h1").textContent} · Lemonade`;
    }
  } catch {
    pause = PATIENT;
  }
  if (box.querySelector("[data-final='1']")) return;
  pause = Math.min(pause * 1.3, PATIENT);
  setTimeout(look, pause);
}

document.addEventListener("submit", () => { leaving = true; });
setTimeout(look, pause);
