// The order of the list: chosen once, kept for the folder on the server.

import { findAll } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { toast } from "../pages/toasts.js";
import { say } from "../pages/words.js";
import { listAddress } from "./list.js";
import { go } from "./panes.js";

/**
 * @param {HTMLFormElement} form one with data-order
 * @param {HTMLElement | null} submitter
 */
export async function chooseOrder(form, submitter) {
  const data = new FormData(form, submitter);
  const token = formToken();
  if (token) data.set("csrfmiddlewaretoken", token);
  for (const one of findAll("[popover]:popover-open")) one.hidePopover();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { "X-Pane": "1" },
    });
    const words = await answer.json();
    if (words.login) location.assign(words.login);
    else if (!answer.ok) toast(words.text);
    else await go(new URL(listAddress()).pathname, { only: "list" });
  } catch {
    toast(say("nothingChanged"));
  }
}
