// The field for another time of Snooze: Enter in it means its own button, not the form's first one.

import { get } from "../pages/dom.js";

/** @param {KeyboardEvent} event */
function press(event) {
  const field = event.target instanceof Element ? event.target : null;
  if (event.key !== "Enter" || !field?.matches("[name=snooze_at]")) return;
  event.preventDefault();
  get('[value="at"]', field.closest(".sheet") ?? document).click();
}

export function startSnooze() {
  document.addEventListener("keydown", press);
}
