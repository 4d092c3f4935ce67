"""Conversations in a real Chromium: reading, answering, filing, and what joins while one reads."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.mailserver import PASSWORD

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]


def letter(name: str, answers: str = "", text: str = "") -> bytes:
    """A message about lamps."""
    references = f"References: <{answers}@lamps.example>\r\n" if answers else ""
    return (
        f"From: {name} <{name.lower()}@lamps.example>\r\nTo: bob@lemonade.test\r\n"
        f"Subject: {'Re: ' if answers else ''}Lamps for the pier\r\n"
        f"Message-ID: <{name}@lamps.example>\r\n{references}\r\n{text or f'Says {name}.'}\r\n"
    ).encode()


def ago(minutes: int) -> str:
    """A time as APPEND takes it."""
    return imaplib.Time2Internaldate(time.time() - 60 * minutes)


def test_a_conversation_is_read_joined_and_filed(system: System, sign_in: SignIn) -> None:
    """Of one story, so that the demo's mail stays as it was: its messages come and go here."""
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    imap.append("INBOX", "(\\Seen)", ago(3), letter("Anna"))
    imap.append("Sent", "(\\Seen)", ago(2), letter("Ben", "Anna"))
    quoting = "Yes.\r\n\r\nAnna wrote:\r\n> Says Anna."
    imap.append("INBOX", "", ago(1), letter("Cleo", "Anna", quoting))
    page = sign_in("bob", viewport={"width": 1440, "height": 900})
    page.wait_for_load_state("networkidle")
    row = page.locator("#rows .row", has_text="Lamps for the pier")
    expect(row).to_have_count(1)
    expect(row.locator(".total")).to_have_text("3")  # one in Sent is counted, too
    assert re.search(r"unread", row.get_attribute("class") or "")
    with page.expect_response(lambda one: one.request.headers.get("x-pane") == "letter"):
        row.locator(".open").click()
    cards = page.locator("#cards .one")
    expect(cards).to_have_count(3)
    expect(cards.nth(2)).to_have_attribute("open", "")
    expect(row).not_to_have_class(re.compile("unread"))
    quoted = cards.nth(2).locator(".quoted")
    expect(quoted.get_by_text("Says Anna.")).not_to_be_visible()
    quoted.locator("summary").click()
    expect(quoted.get_by_text("Says Anna.")).to_be_visible()

    # A folded one, of another folder, comes when it is unfolded.
    expect(cards.nth(1)).to_contain_text("Sent")
    with page.expect_response(lambda one: one.request.headers.get("x-pane") == "card") as seen:
        cards.nth(1).locator("> summary").click()
    expect(cards.nth(1).locator(".plain")).to_have_text("Says Ben.")
    assert seen.value.request.sizes()["responseBodySize"] <= 2_500

    # One joins while it is read, at the end, and is said aloud; its row stays one.
    imap.append("INBOX", "", "", letter("Dora", "Anna"))
    expect(cards).to_have_count(4)
    expect(cards.nth(3).locator(".plain")).to_have_text("Says Dora.")
    expect(page.locator("#joined")).to_contain_text("Dora")
    expect(cards.nth(1)).to_have_attribute("open", "")
    expect(row).to_have_count(1)
    expect(row.locator(".total")).to_have_text("4")
    expect(row).to_have_class(re.compile("current"))

    # It is muted, and archived with all of its messages here; the other folder's stays.
    page.keyboard.press("m")
    expect(row.locator("[data-mark=muted]")).to_have_count(1)
    page.keyboard.press("e")
    archived = page.locator(".toast", has_text="moved to Archive")
    expect(archived.get_by_role("button", name="Undo")).to_be_visible()  # not that of the muting
    expect(row).to_have_count(0)
    imap.select("Archive")
    _, (found,) = imap.uid("SEARCH", "SUBJECT", '"Lamps for the pier"')
    assert len(found.split()) == 3
    page.keyboard.press("z")
    expect(row).to_have_count(1)
    expect(row.locator(".total")).to_have_text("4")

    # Another device removes it: what was loaded can be read, and it is said.
    row.locator(".open").click()
    expect(cards).to_have_count(4)
    for folder in ("INBOX", "Sent"):
        imap.select(folder)
        _, (found,) = imap.uid("SEARCH", "SUBJECT", '"Lamps for the pier"')
        imap.uid("STORE", found.replace(b" ", b",").decode(), "+FLAGS", "(\\Deleted)")
        imap.expunge()
    expect(page.locator("#letter .note.bad")).to_be_visible()
    expect(row).to_have_count(0)
    imap.logout()


def test_it_is_read_and_filed_without_script(system: System, sign_in: SignIn) -> None:
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    for minutes, name, answers in ((2, "Emil", ""), (1, "Fay", "Emil")):
        imap.append("INBOX", "(\\Seen)", ago(minutes), letter(name, answers))
    page = sign_in("bob", java_script_enabled=False)
    page.locator("#rows .open", has_text="Emil, Fay").click()
    folded = page.locator("#cards .one").first
    folded.locator("> summary").click()
    folded.get_by_text("Show this message").click()
    expect(page.locator("#cards .one").first.locator(".plain")).to_have_text("Says Emil.")
    page.locator("#one [value=delete]").click()
    expect(page.locator("#rows .row", has_text="Emil, Fay")).to_have_count(0)
    page.click(".toast >> text=Undo")
    page.goto(f"{system.url}/mail/INBOX/")  # what is taken back shows the folder that it left
    page.locator("#rows .row", has_text="Emil, Fay").locator("[name=uid]").check()
    page.locator("#bulk [value=delete]").click()
    expect(page.locator("#rows .row", has_text="Emil, Fay")).to_have_count(0)
    imap.logout()
