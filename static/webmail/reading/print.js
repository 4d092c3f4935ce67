// A message that its sender designed stands in a frame, of which a browser prints what can be seen.
// So its words are printed in the frame's place; the page "Print as designed" prints the design.

let words = null;

addEventListener("beforeprint", () => {
  const frame = document.querySelector("#letter .frame");
  if (!frame || words) return;
  const request = new XMLHttpRequest();
  const address = new URL(`../words/${new URL(frame.src).search}`, frame.src);
  request.open("GET", address, false); // what comes later is not printed
  try {
    request.send();
  } catch {
    return; // no connection: what can be seen is printed
  }
  if (request.status !== 200) return;
  words = document.createElement("div");
  words.className = "plain";
  words.innerHTML = request.responseText;
  frame.after(words);
  frame.hidden = true;
});

addEventListener("afterprint", () => {
  if (!words) return;
  words.previousElementSibling.hidden = false;
  words.remove();
  words = null;
});
