"""Who a message is from, said in the list and in the message: nobody is left out or put in."""

from __future__ import annotations

import html
import re

import pytest

from webmail.mail.message.names import is_telling
from webmail.mail.message.origin import Address, Origin

from .website import Site

ALICE, BOB = "alice@lemonade.test", "bob@lemonade.test"
REST = (
    "To: x@y.example\r\nSubject: Tea\r\nDate: Tue, 24 Nov 2026 05:00:00 +0000\r\n\r\nAt five?\r\n"
)


def words(markup: str) -> str:
    """A piece of a page as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


def shown(site: Site, fields: str) -> tuple[str, str]:
    """What the list and what the message says of a message with these fields."""
    uid = site.put((fields + REST).encode())
    listed = re.search(r'<span class="who">(.*?)<time', site.text("/mail/INBOX/"), re.DOTALL)
    opened = re.search(r'<p class="from">(.*?)</p>', site.text(f"/mail/INBOX/{uid}/"), re.DOTALL)
    assert listed and opened
    return words(listed[1]).removeprefix("Unread. "), words(opened[1])


@pytest.mark.parametrize(
    ("fields", "listed", "opened"),
    [
        (f"From: Alice <{ALICE}>\r\n", "Alice", f"Alice <{ALICE}>"),
        (f"From: {ALICE}\r\n", ALICE, ALICE),
        # all authors, of all fields, on all lines
        (f"From: {ALICE},\r\n {BOB}\r\n", f"{ALICE}, {BOB}", f"{ALICE}, {BOB}"),
        (
            f"From: Bob <{BOB}>\r\nFrom: {ALICE}\r\n",
            f"Bob, {ALICE}",
            f"Bob, {ALICE} <{BOB}>, {ALICE}",
        ),
        # Sender, unless it is an author
        (f"From: {ALICE}\r\nSender: {BOB}\r\n", f"{BOB} for {ALICE}", f"{BOB} for {ALICE}"),
        (
            f"From: Alice <{ALICE}>\r\nSender: Bob <{BOB}>\r\n",
            "Bob for Alice",
            f"Bob for Alice <{BOB}> for <{ALICE}>",
        ),
        (f"From: {ALICE}\r\nSender: {ALICE.upper()}\r\n", ALICE, ALICE),
        # the newest resending alone
        (
            f"Resent-From: {BOB}\r\nReceived: x\r\nResent-From: carol@x.test\r\nFrom: {ALICE}\r\n",
            f"{ALICE}, sent on by {BOB}",
            f"{ALICE}, sent on by {BOB}",
        ),
        (
            f"From: Alice <{ALICE}>\r\nResent-Sender: {ALICE}\r\nRESENT-FROM :\r\n Bob <{BOB}>\r\n",
            "Alice, sent on by Bob",
            f"Alice, sent on by Bob <{ALICE}>, sent on by <{BOB}>",
        ),
        # a group is nobody, whatever its name
        (f"From: {ALICE}:;\r\n", "(no sender)", "(no sender)"),
        (f'From: "{ALICE}": {BOB};\r\n', BOB, BOB),
        (f"From: {ALICE}:;\r\nSender: {BOB}\r\n", "(no sender)", "(no sender)"),
        (f"Sender: {ALICE}\r\n", "(no sender)", "(no sender)"),
        (f"Resent-From: {ALICE}:;\r\nFrom: {BOB}\r\n", BOB, BOB),
        # a name that is an address is none
        (f'From: "{ALICE}" <{BOB}>\r\n', BOB, f"{BOB} (named “{ALICE}”)"),
        (f"From: =?utf-8?q?alice=40lemonade.test?= <{BOB}>\r\n", BOB, f"{BOB} (named “{ALICE}”)"),
        (f"From: {BOB} ({ALICE})\r\n", BOB, f"{BOB} (named “{ALICE}”)"),
        (f"From: <@there.test:{BOB}>\r\n", BOB, BOB),
        (f'Resent-From: "{ALICE}" <{BOB}>\r\nFrom: x@y.test\r\n', f"x@y.test, sent on by {BOB}",
         f"x@y.test, sent on by {BOB} x@y.test, sent on by {BOB} (named “{ALICE}”)"),
        # and nothing in an address is decoded or hidden
        ("From: =?utf-8?q?alice?=@lemonade.test\r\n",) + ("=?utf-8?q?alice?=@lemonade.test",) * 2,
        ("From: bob+\u202emoc@lemonade.test\r\n",) + ("bob+\ufffdmoc@lemonade.test",) * 2,
        ("From: root\r\n", "root", "root"),
    ],
)  # fmt: skip
def test_list_and_message_say_who_it_is_from(
    site: Site, fields: str, listed: str, opened: str
) -> None:
    assert shown(site, fields) == (listed, opened)


def test_words_that_run_the_other_way_stay_by_themselves(site: Site) -> None:
    fields = f"From: =?utf-8?b?16nXnNeV150=?= <{ALICE}>\r\nResent-From: {BOB}\r\n"
    site.put((fields + REST).encode())
    page = site.text("/mail/INBOX/")
    assert f'<bdi>שלום</bdi></span><span class="by">, sent on by {BOB}</span>' in page


@pytest.mark.parametrize(
    ("name", "telling"),
    [
        ("Alice", True), ("آرمان", True), ("Alice (Sales)", True), ("A. B.", True), ("💡", True),
        ("bob@lemonade.test", True), ("Bob BOB@Lemonade.test", True), ("<bob@lemonade.test>", True),
        ("alice@lemonade.test", False), ("bob@lemonade.test, alice@lemonade.test", False),
        ("xbob@lemonade.test", False), ("bob@lemonade.test.example", False),
        ("alice＠lemonade.test", False), ("via @lemonade", False), ("alice﹫lemonade.test", False),
        ("", False), (" ", False), ("\u3164", False), ("\u2800\u2800", False), ("\u200b", False),
    ],
)  # fmt: skip
def test_names_that_may_stand_for_an_address(name: str, telling: bool) -> None:
    assert is_telling(name, BOB) is telling


def test_very_many_authors_are_counted() -> None:
    some = [Address("", f"p{n}@x.test") for n in range(20)]
    assert Origin(some, unnamed=3).label.endswith("p19@x.test and 3 more")
    assert Origin().label == "(no sender)"
