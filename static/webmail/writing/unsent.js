// A message that somebody began in this browser and did not send is offered again, quietly.

import { cloneTemplate, get, pageData } from "../pages/dom.js";
import { formToken } from "../pages/session.js";
import { lockName } from "./memory.js";
import { openForms } from "./reopening.js";
import { accountOfPage, forget, readAll, readWaiting } from "./store.js";

export async function offerUnsent() {
  const all = await readAll(accountOfPage()).catch(() => []);
  const locks = all.length ? await navigator.locks?.query() : undefined;
  const open = new Set(locks?.held?.map((one) => one.name));
  const shown = openForms().map(({ url }) => new URL(url, location.href).searchParams.get("form"));
  const waiting = all.length ? await readWaiting(accountOfPage()).catch(() => []) : [];
  for (const one of waiting) shown.push(one.form);
  const [newest] = all.filter(
    (one) => !one.left && !open.has(lockName(one.form)) && !shown.includes(one.form),
  );
  if (newest) offer(newest);
}

/** @param {import("./store.js").Written} written */
function offer(written) {
  const drawing = cloneTemplate("unsent-offer");
  const box = get(".toast", drawing);
  get("a", box).setAttribute("href", written.url);
  get("button", box).addEventListener("click", async () => {
    const fields = { do: "discard", once: written.form, csrfmiddlewaretoken: formToken() ?? "" };
    const answer = await fetch(pageData("write"), {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "X-Pane": "form" },
    }).catch(() => null);
    if (!answer?.ok) return;
    await forget(written.account, written.form).catch(() => {});
    box.remove();
    offerUnsent();
  });
  get("#toasts").append(box);
}
