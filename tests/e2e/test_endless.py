"""A list without end in Chromium: rows come while one scrolls, and one comes back to one's row."""

from __future__ import annotations

import imaplib
import random
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .system import System
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
COUNT = 620
WORDS = [
    "harbour",
    "budget",
    "meeting",
    "window",
    "river",
    "garden",
    "engine",
    "winter",
    "market",
    "travel",
    "signal",
    "letter",
]
PEOPLE = ["Maria Oliveira", "Yusuf Demir", "Anna Lindqvist", "Paul Becker", "Chloé Martin"]


@pytest.fixture
def many(elsewhere: imaplib.IMAP4) -> Iterator[imaplib.IMAP4]:
    """Another program of bob's, with a folder of many different messages."""
    elsewhere.create("Endless")
    messages = []
    dice = random.Random(5)
    for n in range(COUNT):
        words = [dice.choice(WORDS) for _ in range(24)]
        text = (
            f"From: {dice.choice(PEOPLE)} <p{n % 7}@far.example>\r\nTo: bob@lemonade.test\r\n"
            f"Date: Tue, 24 Nov 2026 {n // 60:02}:{n % 60:02}:00 +0000\r\n"
            f"Subject: {n * 7 % COUNT:03} {' '.join(words[:4])}\r\n\r\n{' '.join(words[4:])}\r\n"
        )
        arrived = imaplib.Time2Internaldate(1_795_000_000 + n)
        literal = b" (\\Seen) %b {%d+}\r\n%b"
        messages.append(literal % (arrived.encode(), len(text.encode()), text.encode()))
    elsewhere.send(b"many APPEND Endless%b\r\n" % b"".join(messages))  # RFC 3502
    while not (line := elsewhere.readline()).startswith(b"many "):
        assert line
    assert line.startswith(b"many OK"), line
    yield elsewhere
    elsewhere.select("INBOX")
    elsewhere.delete("Endless")


def scroll_to(page: Page, place: int) -> None:
    """Scroll down, as a person does, until that many rows have gone by."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        text = page.locator("#pager .count").inner_text().split(" of ")[0].split("–")[0]
        if int(text.replace(",", "")) >= place:
            return
        page.locator("#rows").evaluate("all => all.scrollBy(0, 1500)")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    raise AssertionError(f"place {place} was not reached")


def whole_size(response: Response) -> int:
    """Octets of body and head on the wire."""
    sizes = response.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def top_row(page: Page) -> str:
    """The id of the row that stands at the top of the list."""
    found: str = page.locator("#rows").evaluate(
        """all => [...all.children].find(
            (one) => one.getBoundingClientRect().bottom > all.getBoundingClientRect().top + 1).id"""
    )
    return found


def test_rows_come_and_go_while_one_scrolls(
    system: System, sign_in: SignIn, many: imaplib.IMAP4
) -> None:
    page = sign_in("bob", viewport={"width": 1280, "height": 800})
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(f"{system.url}/mail/Endless/", wait_until="networkidle")
    page.evaluate("window.still = 'here'")
    rows = page.locator("#rows .row")
    expect(rows).to_have_count(50)
    scroll_to(page, 130)
    pages = [one for one in seen if one.request.headers.get("x-pane") == "rows"]
    sizes = [whole_size(one) for one in pages]
    assert len(pages) >= 2 and max(sizes) <= 3_000, sizes
    expect(page.locator("#pager .count")).to_have_text(f"{place(page)} of {COUNT}")
    # every row once, in the order of the folder
    uids = [int(uid) for uid in rows.evaluate_all("all => all.map((one) => one.dataset.uid)")]
    assert uids == sorted(set(uids), reverse=True)
    # a message is opened, and left: the list is where it was, and its row has the focus
    chosen = rows.nth(131)
    chosen_id = chosen.get_attribute("id")
    chosen.locator(".open").click()
    page.wait_for_selector("#subject")
    before = page.locator("#rows").evaluate("all => all.scrollTop")
    page.go_back()
    expect(page.locator("#letter .empty")).to_be_visible()
    until(lambda: page.locator("#rows").evaluate("all => all.scrollTop") == before, "where it was")
    focus = "document.activeElement.closest('.row')?.id"
    until(lambda: page.evaluate(focus) == chosen_id, "its row has the focus")
    # far down the first rows are gone, and come again on the way up
    scroll_to(page, 520)
    assert rows.count() <= 460
    page.locator("#rows").evaluate("all => all.scrollTo(0, 0)")
    expect(page.locator("#pager .count")).to_have_text(f"{place(page)} of {COUNT}")
    until(lambda: first_after_scrolling_up(page) == f"m{COUNT}", "the first row is there again")
    expect(rows.first).to_have_attribute("id", f"m{COUNT}")
    assert page.evaluate("window.still") == "here"


def first_after_scrolling_up(page: Page) -> str:
    """The id of the first row, once more of the list was asked for."""
    page.locator("#rows").evaluate("all => all.scrollTo(0, 0)")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return page.locator("#rows .row").first.get_attribute("id") or ""


def place(page: Page) -> int:
    """What the page should say: the place of the row at the top, as its UID tells here."""
    return COUNT + 1 - int(top_row(page).removeprefix("m"))


def test_a_reload_and_another_folder_lead_back_to_the_row(
    system: System, sign_in: SignIn, many: imaplib.IMAP4
) -> None:
    page = sign_in("bob", viewport={"width": 390, "height": 800}, has_touch=True)
    page.goto(f"{system.url}/mail/Endless/", wait_until="networkidle")
    scroll_to(page, 210)
    until(lambda: page.evaluate("history.state?.place?.place ?? 0") >= 210, "it is noted")
    left = top_row(page)
    page.reload(wait_until="networkidle")
    expect(page.locator(f"#{left}")).to_be_in_viewport()
    until(lambda: top_row(page) == left, "it is the one at the top")
    page.locator(f"#{left} .open").click()  # on a phone it takes the list's place
    page.wait_for_selector("#subject")
    page.get_by_role("link", name="Back to Endless").click()
    expect(page.locator(f"#{left}")).to_be_in_viewport()
    page.evaluate("document.querySelector('#folder-rows [data-role=drafts]').click()")
    page.wait_for_url("**/mail/Drafts/")
    page.go_back()
    page.wait_for_url("**/mail/Endless/")
    expect(page.locator(f"#{left}")).to_be_in_viewport()


def test_an_order_is_kept_and_lives(system: System, sign_in: SignIn, many: imaplib.IMAP4) -> None:
    page = sign_in("bob", viewport={"width": 1280, "height": 800})
    page.goto(f"{system.url}/mail/Endless/", wait_until="networkidle")
    page.get_by_role("button", name="Order and more").click()
    page.get_by_role("button", name="Subject, A to Z").click()
    rows = page.locator("#rows .row")
    expect(rows.first.locator(".subject")).to_contain_text("000 ")
    scroll_to(page, 120)
    page.keyboard.press("j")
    subjects = rows.locator(".subject").all_inner_texts()
    assert subjects == sorted(subjects) and len(subjects) >= 150
    _, answer = many.append("Endless", "(\\Seen)", "", b"Subject: 000 0 Aardvark\r\n\r\nx\r\n")
    uid = int(answer[0].split(b"]")[0].split()[-1])
    expect(page.locator(f"#m{uid}")).to_have_count(1)
    assert f"m{uid}" in rows.evaluate_all("all => all.slice(0, 2).map((one) => one.id)")
    many.select("Endless")
    many.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
    many.uid("EXPUNGE", str(uid))
    expect(page.locator(f"#m{uid}")).to_have_count(0)
    other = sign_in("bob", viewport={"width": 1280, "height": 800})  # another device
    other.goto(f"{system.url}/mail/Endless/", wait_until="networkidle")
    expect(other.locator("#rows .subject").first).to_contain_text("000 ")
    other.get_by_role("button", name="Order and more").click()
    other.get_by_role("button", name="Newest first").click()
    expect(other.locator("#rows .row").first).to_have_attribute("id", f"m{COUNT}")
