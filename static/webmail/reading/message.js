// The open message: its row, what happens when it is closed, or is gone while it is read.

import { cloneTemplate, find, findAll, get, icon } from "../pages/dom.js";
import { say } from "../pages/words.js";
import { setTitle } from "./counts.js";
import { changeFlags } from "./flags.js";
import {
  folderLink,
  folderLinks,
  isGone,
  list,
  listAddress,
  listData,
  openRow,
  openUid,
  rows,
} from "./list.js";
import { notePlace, showWhereItWas } from "./scroll.js";
import { showSearch } from "./search.js";

/** Whatever follows from the open message: its row, the phone's one pane, the title. */
export function showOpened() {
  const uid = openUid();
  get(".panes").toggleAttribute("data-open", Boolean(uid));
  for (const old of findAll(".row.current")) {
    old.classList.remove("current");
    get(".open", old).removeAttribute("aria-current");
  }
  const own = openRow();
  if (own) {
    own.classList.add("current");
    get(".open", own).setAttribute("aria-current", "true");
    own.scrollIntoView({ block: "nearest" });
    if (own.classList.contains("unread") && !("unmarked" in list().dataset)) {
      changeFlags(own, "read");
    }
  }
  for (const link of folderLinks()) {
    if (link === folderLink()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  showSearch();
  setTitle();
}

export function close() {
  const left = openRow();
  get("#letter").replaceWith(cloneTemplate("no-letter"));
  get("#letter h2").textContent = say(rows().length ? "noneOpen" : "nothingToRead");
  get("#letter p").hidden = !rows().length;
  showOpened();
  showWhereItWas();
  if (!left) return;
  left.scrollIntoView({ block: "nearest" });
  find(".open", left)?.focus({ preventScroll: true });
}

export function backToList() {
  close();
  history.pushState({}, "", listAddress());
  notePlace();
}

/** It was moved or deleted elsewhere: what was loaded of it can still be read, no more. */
export function showGone() {
  if (!openUid() || isGone()) return;
  const message = get("#letter");
  message.dataset.gone = "";
  const useless = ".tools > :not([data-back]), #more, .parts .tool, .scroll .note";
  for (const one of findAll(useless, message)) one.remove();
  const note = document.createElement("p");
  note.className = "note bad";
  note.innerHTML = `${icon("warning")}<span role="alert"></span><a class="button" data-nav data-back></a>`;
  get("span", note).textContent = say("gone");
  Object.assign(get("a", note), { href: listData("url"), textContent: say("backToList") });
  find(".scroll", message)?.prepend(note);
}
