"""Searching in a browser: from the box, by the panel, saved, live, by keyboard, on every width."""

from __future__ import annotations

import imaplib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]


def put(imap: imaplib.IMAP4, subject: str, folder: str = "INBOX", html: str = "") -> None:
    kind = "text/html" if html else "text/plain"
    text = f"From: Ada Finch <ada@far.example>\r\nSubject: {subject}\r\n"
    text += f"Content-Type: {kind}\r\n\r\n{html or 'A word about it.'}\r\n"
    imap.append(folder, "", "", text.encode())


def test_finding_saving_and_hearing_of_more(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    word = f"zeppelin{time.monotonic_ns()}"  # a second chance finds nothing of the first
    title = word.capitalize()
    put(elsewhere, f"{title} one", html=f"<p>The <b>{word}</b> flies.</p>")
    put(elsewhere, f"{title} two", "Archive")
    page = sign_in("bob")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.still = 'here'")
    page.keyboard.press("/")
    box = page.get_by_label("Search mail")
    expect(box).to_be_focused()
    box.press_sequentially(f"{word} from:ada")
    expect(page.locator("#completions option").first).to_have_attribute(
        "value", f"{word} from:ada@far.example"
    )
    box.press("Enter")
    page.wait_for_url(f"**/search/?q={word}+from%3Aada")
    rows = page.locator("#rows .row")
    expect(rows).to_have_count(2)
    expect(rows.locator(".place")).to_have_text(["Archive", "Inbox"], use_inner_text=True)
    expect(rows.first.locator(".subject mark")).to_have_text(title)

    page.locator("#rows .open", has_text=f"{title} one").click()  # beside the results, marked
    expect(page.locator("#subject mark")).to_have_text(title)
    inner = page.frame_locator("iframe.frame")
    expect(inner.locator("mark")).to_have_text(word)
    expect(page.locator(".row.current .subject")).to_have_text(f"{title} one")
    page.go_back()
    page.wait_for_selector("#letter:not([data-uid])")
    expect(rows).to_have_count(2)

    page.get_by_role("button", name="Save this search").click()
    label = page.get_by_label("Name of the search")
    label.fill(f"Airships {word}")
    put(elsewhere, f"{title} three")  # it joins by itself, and takes no words away
    expect(rows).to_have_count(3)
    expect(label).to_have_value(f"Airships {word}")
    expect(label).to_be_focused()
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.locator("#saved-searches a", has_text=f"Airships {word}")
    expect(saved).to_be_attached()
    assert elsewhere.select("INBOX")[0] == "OK"
    assert len(elsewhere.uid("SEARCH", "FILTER", f"airships-{word}")[1][0].split()) == 2
    expect(saved.locator(".count")).to_contain_text("2")
    put(elsewhere, f"{title} four")  # and is counted
    expect(rows).to_have_count(4)
    expect(saved.locator(".count")).to_contain_text("3")

    page.locator(".find a").click()  # the panel has what was asked for
    expect(page.get_by_label("From", exact=True)).to_have_value("ada")
    page.get_by_label("Where", exact=True).select_option("Archive")
    page.get_by_label("From", exact=True).press("Enter")
    page.wait_for_url("**in%3AArchive**")
    expect(rows).to_have_count(1)
    page.goto(f"{system.url}/search/?q={word}+OR")
    expect(page.get_by_role("alert")).to_contain_text("Word 2 of the search")
