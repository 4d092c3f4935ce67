"""A script, a message and what comes of them: the language without a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from lemonade_server.sieve import Mail, Outcome, compile_script, evaluate
from lemonade_server.sieve.outcome import Redirect, Store
from lemonade_server.wire.mime import BytesSource
from lemonade_server.wire.rendering import render_message

REQUIRE = (
    b'require ["fileinto", "reject", "ereject", "envelope", "body", "copy", "enotify",'
    b' "imap4flags", "relational", "vacation", "variables", "subaddress", "date", "index",'
    b' "environment", "mboxmetadata", "servermetadata", "spamtestplus",'
    b' "mailbox", "special-use", "editheader", "include", "encoded-character",'
    b' "comparator-i;octet", "comparator-i;ascii-numeric", "comparator-i;unicode-casemap"];\r\n'
)

LETTER = b"""\
Return-Path: <ana@example.net>\r
Received: from a.example.net by b.example.net; Tue, 24 Nov 2026 10:15:30 +0100\r
From: Ana Lima <ana@example.net>\r
To: "Alice" <alice+lists@lemonade.test>, team@lemonade.test\r
Cc: undisclosed:;\r
Subject: =?utf-8?q?Caf=C3=A9?= meeting [urgent]\r
Date: Tue, 24 Nov 2026 10:15:00 +0100\r
X-Spam-Score: 12\r
X-Priority: 1\r
Message-ID: <1@example.net>\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: base64\r
\r
SGVsbG8gYWxpY2UsIHNlZSB5b3UgYXQgdGhlIGNhZsOpLg==\r
--b\r
Content-Type: text/html\r
\r
<p>Hello <b>world</b></p>\r
--b--\r
"""


@dataclass
class Place:
    """Surroundings made of names."""

    mailboxes: set[str] = field(default_factory=lambda: {"INBOX", "Junk", "Lists"})
    uses: dict[str, str] = field(default_factory=lambda: {"\\Junk": "Junk"})
    scripts: dict[tuple[str, bool], bytes] = field(default_factory=dict)
    tracked: set[bytes] = field(default_factory=set)
    annotations: dict[tuple[str, str], str] = field(default_factory=dict)
    share: float | None = None
    now: datetime = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)

    def environment(self, item: str) -> str | None:
        return {"name": "Lemonade", "empty": ""}.get(item)

    def annotation(self, mailbox: str, name: str) -> str | None:
        return self.annotations.get((mailbox, name))

    def spam(self) -> float | None:
        return self.share

    def mailbox_exists(self, name: str) -> bool:
        return name in self.mailboxes

    def special_use_exists(self, use: str, mailbox: str | None) -> bool:
        return self.uses.get(use) in (({mailbox}) if mailbox else set(self.uses.values()))

    def is_tracked(self, digest: bytes) -> bool:
        return digest in self.tracked

    def script(self, name: str, shared: bool) -> bytes | None:
        return self.scripts.get((name, shared))


def mail(letter: bytes = LETTER, sender: str = "ana@example.net") -> Mail:
    """The message as a delivery would show it to a script."""
    rendering = render_message(BytesSource(letter))
    return Mail(
        rendering.header,
        rendering.parts,
        len(letter),
        lambda start, stop: letter[start:stop],
        sender,
        "alice+lists@lemonade.test",
    )


def run(script: bytes, letter: bytes = LETTER, place: Place | None = None) -> Outcome:
    """Evaluate a script in which those of `REQUIRE` are required already."""
    return evaluate(compile_script(REQUIRE + script), mail(letter), place or Place())


def filed(script: bytes, letter: bytes = LETTER, place: Place | None = None) -> list[str]:
    """Where the message is filed: mailboxes, ``INBOX`` for keep, ``>address`` for redirect."""
    outcome = run(script, letter, place)
    assert outcome.fault is None, outcome.fault
    found = []
    for action in outcome.actions:
        if isinstance(action, Store):
            found.append(action.mailbox or "INBOX")
        elif isinstance(action, Redirect):
            found.append(f">{action.address}")
    return found


def holds(test: bytes, letter: bytes = LETTER, place: Place | None = None) -> bool:
    """Whether a test is true of the message."""
    return filed(b"if " + test + b' { fileinto "yes"; }', letter, place) == ["yes"]
