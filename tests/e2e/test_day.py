"""One story of a day: mail comes in while one reads, searches, answers, files and takes it back."""

from __future__ import annotations

import imaplib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
NEWSLETTERS = 3_000
MAIL = 40  # messages that come in
WINDOWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True},
}


class Day:
    """What comes to bob on a day, all of it with words of its own."""

    def __init__(self, imap: imaplib.IMAP4) -> None:
        self.imap = imap
        self.token = secrets.token_hex(4)
        self.folders = (f"Weekly {self.token}", f"Daily {self.token}")
        self.came = 0

    def message(self, number: str, subject: str, answers: str = "") -> bytes:
        references = f"References: <{answers}.{self.token}@day.example>\r\n" if answers else ""
        return (
            f"From: {number.title()} <{number}@day.example>\r\nTo: bob@lemonade.test\r\n"
            f"Subject: {subject} {self.token}\r\n"
            f"Message-ID: <{number}.{self.token}@day.example>\r\n{references}\r\n"
            f"Says {number}.\r\n"
        ).encode()

    def append(self, folder: str, messages: list[bytes], flags: str = "") -> None:
        """All of them in a command (MULTIAPPEND, RFC 3502)."""
        literals = b"".join(
            b" (%b) {%d+}\r\n%b" % (flags.encode(), len(each), each) for each in messages
        )
        self.imap.send(b'day APPEND "%b"%b\r\n' % (folder.encode(), literals))
        while not (line := self.imap.readline()).startswith(b"day "):
            assert line
        assert line.startswith(b"day OK"), line

    def begin(self) -> None:
        """A conversation in the inbox, and the newsletters of two folders."""
        self.append("INBOX", [self.message("anna", "Lock gates")], "\\Seen")
        self.append("INBOX", [self.message("cleo", "Re: Lock gates", "anna")])
        for folder, count in zip(self.folders, (2_000, 1_000), strict=True):
            self.imap.create(f'"{folder}"')
            for start in range(0, count, 500):
                numbers = range(start, start + 500)
                news = [self.message(f"n{n}", f"Gazette{self.token} {n}") for n in numbers]
                self.append(folder, news, "\\Seen")

    def arrive(self, count: int = 10) -> None:
        """So many more; one of them belongs to the conversation."""
        names = [f"m{self.came + n}" for n in range(count)]
        self.came += count
        answer = self.message(names[0], "Re: Lock gates", "anna")
        self.append("INBOX", [answer, *(self.message(name, "Tide") for name in names[1:])])

    def count(self, folder: str, key: str = "ALL") -> int:
        assert self.imap.select(f'"{folder}"')[0] == "OK"
        return len(self.imap.uid("SEARCH", key)[1][0].split())

    def wait_for_answer(self) -> None:
        """The answer is in Sent."""
        until = time.monotonic() + 60
        while not self.count("Sent", f'SUBJECT "{self.token}"'):
            assert time.monotonic() < until
            time.sleep(0.1)

    def clear(self) -> None:
        for folder in ("INBOX", "Sent", "Archive", "Drafts"):
            self.imap.select(folder)
            found = self.imap.uid("SEARCH", "SUBJECT", f'"{self.token}"')[1][0]
            if found:
                which = found.replace(b" ", b",").decode()
                self.imap.uid("STORE", which, "+FLAGS.SILENT", "(\\Deleted)")
                self.imap.uid("EXPUNGE", which)
        for folder in self.folders:
            self.imap.delete(f'"{folder}"')


@pytest.fixture
def day(elsewhere: imaplib.IMAP4) -> Iterator[Day]:
    made = Day(elsewhere)
    made.begin()
    yield made
    made.clear()


@pytest.mark.parametrize("window", WINDOWS)
def test_a_day(system: System, sign_in: SignIn, day: Day, window: str) -> None:
    page = sign_in("bob", **WINDOWS[window])
    page.wait_for_load_state("networkidle")
    rows, cards = page.locator("#rows .row"), page.locator("#cards .one")
    ours = rows.filter(has_text=f"Lock gates {day.token}")
    expect(ours.locator(".total")).to_have_text("2")

    # One reads; what comes meanwhile joins the conversation, and nothing is reloaded.
    ours.locator(".open").click()
    expect(cards).to_have_count(2)
    day.arrive()
    expect(cards).to_have_count(3)
    expect(ours.locator(".total")).to_have_text("3")

    # One answers in it, and is back in it with the answer.
    page.locator("#cards [data-key=r]").last.click()
    text = page.locator("[contenteditable=true]:visible").last  # once the editor has begun
    expect(text).to_be_visible()
    text.fill(f"Agreed, says bob to {day.token}.")
    day.arrive()
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(text).to_have_count(0)
    day.wait_for_answer()
    page.goto(f"{system.url}/mail/INBOX/", wait_until="networkidle")
    ours.locator(".open").click()
    expect(cards.filter(has_text=f"Agreed, says bob to {day.token}.")).to_have_count(1)
    expect(cards).to_have_count(5)

    # One finds the newsletters of two folders, files all of them and takes that back.
    if window == "phone":
        page.locator("#letter [data-back]").first.click()
    box = page.get_by_label("Search mail")
    box.fill(f"gazette{day.token}")
    box.press("Enter")
    expect(page.locator("#unread-count")).to_contain_text(f"{NEWSLETTERS} found")
    day.arrive()
    rows.first.locator("[name=uid]").check()
    page.get_by_label(f"All {NEWSLETTERS} that were found").check()
    before = day.count("Archive")
    page.locator("#bulk [value=archive]").click()
    moved = page.get_by_text("3,000 messages moved to Archive.")
    expect(moved).to_be_visible()
    assert [day.count(folder) for folder in (*day.folders, "Archive")] == [0, 0, before + 3_000]
    day.arrive()
    page.locator("form button", has_text="Undo").click()
    expect(page.get_by_text("3,000 messages moved back.")).to_be_visible()
    assert [day.count(folder) for folder in (*day.folders, "Archive")] == [2_000, 1_000, before]

    # All that came is there, and counted.
    assert day.came == MAIL
    assert day.count("INBOX", f'SUBJECT "{day.token}"') == 2 + MAIL
    unread = str(day.count("INBOX", "UNSEEN"))
    badge = page.locator("#folder-rows [data-role=inbox] .count")
    expect(badge).to_contain_text(unread)
