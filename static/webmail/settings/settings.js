// Settings that only the browser itself can make.

import { find, get } from "../pages/dom.js";
import { writeRichTexts } from "./rich.js";
import { followTransfers } from "./transfer.js";

const box = find("[data-mail-links]");

// Not on a page without TLS, and not in every browser.
if (box && "registerProtocolHandler" in navigator) {
  box.hidden = false;
  get("button", box).addEventListener("click", () => {
    navigator.registerProtocolHandler("mailto", location.origin + box.dataset.mailLinks);
    get("[data-done]", box).hidden = false;
  });
}

followTransfers();
writeRichTexts();
