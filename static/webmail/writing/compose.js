// Writing a message: what is attached and whether it fits, and sending it without leaving.

import { find, get, input } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { attachTo } from "./attachments.js";
import { Autosave } from "./autosave.js";
import { sendBy } from "./sending.js";
import { forgetAtSignOut } from "./store.js";

const form = /** @type {HTMLFormElement} */ (get("#compose"));
const later = input("#c-later");

function nameButton() {
  get("#send-label").textContent = say(later?.value ? "sendLater" : "send");
}

later?.addEventListener("input", nameButton);
nameButton();
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    find('[value="send"]', form)?.click();
});
attachTo(form);
const autosave = new Autosave(form);
sendBy(form, autosave);
autosave.start();
forgetAtSignOut(() => autosave.signOut());
