"""A page that is open while mail changes: what it shows and offers is what there is."""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]


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
    box = page.get_by_label("Search mail")
    page.get_by_label("Where to search").select_option("Searched")
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
    expect(page.get_by_label("Where to search").locator("option")).to_have_text(
        ["All mail", "Drafts"]
    )
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
    expect(page.get_by_text("was moved or deleted elsewhere")).to_be_visible()
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
    elsewhere.select("INBOX")
    elsewhere.delete("Passing")
    expect(page.get_by_text("was moved or deleted elsewhere")).to_be_visible()
    expect(page.get_by_text("There is no folder “Passing”")).to_be_visible()


def test_what_is_said_to_have_travelled_is_what_the_socket_carried(
    system: System, sign_in: SignIn
) -> None:
    page = sign_in("bob")
    marks = page.evaluate("({...document.getElementById('list').dataset})")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    question = (
        f"GET {marks['changes']}?validity={marks['validity']}&modseq=1&known=1:50 HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{system.ports['web']}\r\nCookie: {cookies}\r\nX-Pane: changes\r\n"
        "Accept-Encoding: gzip\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", system.ports["web"])) as wire:
        wire.sendall(question)
        answer = b""
        while not answer.partition(b"\r\n\r\n")[2]:
            answer += wire.recv(65536)
        head, _, _ = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        while len(answer) < len(head) + 4 + int(length[1]):
            answer += wire.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 OK") and b"content-encoding: gzip" in head.lower()
    said = re.search(rb"x-octets: (\d+)", head)
    assert said is not None and int(said[1]) == len(question) + len(answer)


def test_the_list_stays_that_of_the_folder_and_all_of_it_can_be_chosen(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    elsewhere.create("Many")
    uids = [put(elsewhere, f"Number {n}", "Many") for n in range(55)]
    page = sign_in("bob")
    page.goto(f"{system.url}/mail/Many/", wait_until="networkidle")
    count = page.locator("#pager .count")
    rows = page.locator("#rows .row")
    expect(count).to_have_text("1–50 of 55")
    put(elsewhere, "One more", "Many")
    expect(count).to_have_text("1–50 of 56")
    expect(rows).to_have_count(50)
    for uid in uids[40:43]:
        remove(elsewhere, uid, "Many")
    expect(count).to_have_text("1–50 of 53")
    expect(rows).to_have_count(50)
    page.locator("#rows .pick input").first.check()
    page.get_by_label("All 53 in Many").check()
    expect(page.locator("#picked")).to_have_text("53")
    page.locator("#bulk").get_by_label("Archive").click()
    expect(page.get_by_text("53 messages moved to Archive.")).to_be_visible()
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(count).to_have_text("1–50 of 53")
    expect(rows).to_have_count(50)
