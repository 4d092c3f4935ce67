// Writing messages, on a page of their own or in windows beside the mail, where this is loaded when
// somebody begins to write. What each form needs is called in forms.js.

import { findAll } from "../pages/dom.js";
import { signOut, startForm } from "./forms.js";
import { PAGE } from "./sending.js";
import { forgetAtSignOut, hearSignOut } from "./store.js";
import { startWaiting } from "./waiting.js";

export { resumeOutcomes } from "./outcome.js";
export { startWaiting } from "./waiting.js";
export { leaveWriters, openWriter, restoreWriters } from "./windows.js";

const forms = findAll("form.compose");
for (const form of forms) startForm(/** @type {HTMLFormElement} */ (form), PAGE);
if (forms.length) {
  forgetAtSignOut(signOut);
  startWaiting();
} else hearSignOut();
