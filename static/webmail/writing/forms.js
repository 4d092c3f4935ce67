// A form to write in comes to life: one call of each module. A page may have several forms.

import { find, input } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { attachTo } from "./attachments.js";
import { Autosave } from "./autosave.js";
import { writeIn } from "./editor/field.js";
import { startRecipients } from "./recipients/recipients.js";
import { followSender } from "./sender.js";
import { sendBy } from "./sending.js";
import { spot } from "./spots.js";
import { offerTemplates } from "./templates.js";

/** @type {Map<HTMLFormElement, { autosave: Autosave, closing: AbortController }>} */
const open = new Map();

/**
 * @param {HTMLFormElement} form
 * @param {import("./sending.js").Host} host
 */
export function startForm(form, host) {
  nameButton(form);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      find('[value="send"]', form)?.click();
  });
  startRecipients(form);
  const closing = new AbortController();
  attachTo(form, closing.signal);
  writeIn(form); // before it is noted what stands in the form
  followSender(form);
  offerTemplates(form);
  const autosave = new Autosave(form);
  open.set(form, { autosave, closing });
  sendBy(form, autosave, host);
  autosave.start();
  return autosave;
}

/** @param {HTMLFormElement} form */
export function stopForm(form) {
  const { autosave, closing } = open.get(form) ?? {};
  autosave?.stop();
  closing?.abort();
  open.delete(form);
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

/** Whoever writes signs out: the server gets the last words. */
export async function signOut() {
  await Promise.all([...open.values()].map(({ autosave }) => autosave.signOut()));
}
