"""A page that is open while mail changes: what it shows and offers is what there is."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.mailserver import PASSWORD

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]


@pytest.fixture
def elsewhere(system: System) -> Iterator[imaplib.IMAP4]:
    """Another program of bob's."""
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    yield imap
    imap.logout()


def put(imap: imaplib.IMAP4, subject: str, folder: str = "INBOX") -> int:
    """Store a message; its UID."""
    text = f"From: a@far.example\r\nSubject: {subject}\r\n\r\nx\r\n"
    _, answer = imap.append(f'"{folder}"', "(\\Seen)", "", text.encode())
    return int(answer[0].split(b"]")[0].split()[-1])


def remove(imap: imaplib.IMAP4, uid: int, folder: str = "INBOX") -> None:
    imap.select(f'"{folder}"')
    imap.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
    imap.uid("EXPUNGE", str(uid))


def test_the_search_box_searches_the_folder_that_is_shown(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    elsewhere.create("Searched")
    put(elsewhere, "Quince jelly", "Searched")
    page = sign_in("bob")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.still = 'here'")
    page.locator("#folder-rows a", has_text="Searched").click()
    page.wait_for_url("**/mail/Searched/")
    box = page.get_by_role("searchbox")
    expect(box).to_have_attribute("placeholder", "Search Searched")
    box.fill("quince")
    box.press("Enter")
    page.wait_for_url("**/mail/Searched/?q=quince")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.locator("#folder-rows a", has_text="Inbox").click()
    page.wait_for_url("**/mail/INBOX/")
    expect(box).to_have_value("")
    page.go_back()
    page.wait_for_url("**/mail/Searched/?q=quince")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.locator("#folder-rows a", has_text="Drafts").click()
    page.wait_for_url("**/mail/Drafts/")
    expect(box).to_have_value("")
    expect(box).to_have_attribute("aria-label", "Search in Drafts")
    assert page.evaluate("window.still") == "here"


def test_a_message_that_vanished_elsewhere_offers_nothing_any_more(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    uid = put(elsewhere, "Soon gone")
    other = put(elsewhere, "Stays")
    page = sign_in("bob")
    page.wait_for_load_state("networkidle")
    page.locator("#rows .open", has_text="Soon gone").click()
    page.wait_for_selector("#subject")
    remove(elsewhere, uid)
    expect(page.get_by_text("was moved or deleted elsewhere")).to_be_visible(timeout=15_000)
    for name in ("Reply", "Reply to all", "Forward", "Archive", "Delete", "More actions"):
        buttons = page.locator("#letter").get_by_label(name, exact=True)
        expect(buttons).to_have_count(0)
    page.keyboard.press("e")  # not the next one instead
    expect(page.get_by_text("This message is not here any more.")).to_be_visible()
    expect(page.locator(f"#m{other}")).to_have_count(1)
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#letter .empty")).to_be_visible()
    remove(elsewhere, other)


def test_one_that_vanished_while_another_page_was_shown(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    """It is no row of the list that is shown, and the folder itself may go."""
    elsewhere.create("Passing")
    uid = put(elsewhere, "Read me", "Passing")
    page = sign_in("bob")
    page.goto(f"{system.url}/mail/Passing/{uid}/?before={uid}", wait_until="networkidle")
    expect(page.locator("#rows .row")).to_have_count(0)
    elsewhere.select("INBOX")
    elsewhere.delete("Passing")
    expect(page.get_by_text("was moved or deleted elsewhere")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("There is no folder “Passing”")).to_be_visible()
