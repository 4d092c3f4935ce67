// Writing messages: one call of each module for each form; a page may have several.

import { find, findAll, input } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { attachTo } from "./attachments.js";
import { Autosave } from "./autosave.js";
import { writeIn } from "./editor/field.js";
import { startRecipients } from "./recipients/recipients.js";
import { followSender } from "./sender.js";
import { sendBy } from "./sending.js";
import { spot } from "./spots.js";
import { forgetAtSignOut } from "./store.js";
import { offerTemplates } from "./templates.js";

/** @type {Map<HTMLFormElement, Autosave>} */
const open = new Map();

/** @param {HTMLFormElement} form */
function startForm(form) {
  nameButton(form);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      find('[value="send"]', form)?.click();
  });
  startRecipients(form);
  attachTo(form);
  writeIn(form); // before it is noted what stands in the form
  followSender(form);
  offerTemplates(form);
  const autosave = new Autosave(form);
  open.set(form, autosave);
  sendBy(form, autosave);
  autosave.start();
}

/** @param {HTMLFormElement} form */
function nameButton(form) {
  const later = input("[name=later]", form);
  const name = () => {
    spot(form, "send-label").textContent = say(later?.value ? "sendLater" : "send");
  };
  later?.addEventListener("input", name);
  name();
}

async function signOut() {
  await Promise.all([...open.values()].map((autosave) => autosave.signOut()));
}

for (const form of findAll("form.compose")) startForm(/** @type {HTMLFormElement} */ (form));
forgetAtSignOut(signOut);
