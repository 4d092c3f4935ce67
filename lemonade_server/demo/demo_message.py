"""One message of the demo: what it says and where its readers have filed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from lemonade_server.store.flags import ANSWERED, DRAFT, FLAGGED, SEEN

from . import parts
from .people import Person

LONGEST_REFERENCES = 8
ZONE = timezone(timedelta(hours=1))
FLAGS = {"seen": SEEN, "answered": ANSWERED, "flagged": FLAGGED, "draft": DRAFT}


@dataclass(slots=True)
class Filing:
    """Where one reader keeps a message. ``bits`` None: read if it is older than a day."""

    folder: str = "INBOX"
    bits: int | None = None
    keywords: list[str] = field(default_factory=list)


def parse_filing(words: str) -> Filing:
    """A place from words as ``Projects/Harbour seen flagged $Forwarded``, in any order."""
    found = Filing()
    for word in words.split():
        if word.startswith("$"):
            found.keywords.append(word)
        elif word == "unread":
            found.bits = 0
        elif word in FLAGS:
            found.bits = (found.bits or 0) | FLAGS[word]
        else:
            found.folder = word.replace("_", " ")
    return found


@dataclass(slots=True, kw_only=True)
class DemoMessage:
    """A message. ``via`` are readers beside those in To and Cc, as of a mailing list.

    ``filed`` is by login; nobody said anything: INBOX, or Sent for the writer.
    """

    sender: Person
    to: Sequence[Person]
    subject: str
    when: datetime
    body: bytes
    cc: Sequence[Person] = ()
    via: Sequence[Person] = ()
    charset: str = "utf-8"
    fields: list[tuple[str, str]] = field(default_factory=list)
    answers: DemoMessage | None = None
    filed: dict[str, Filing] = field(default_factory=dict)
    delivered: bool = True

    @property
    def message_id(self) -> str:
        """With its angle brackets; the same at each run for the same moment and writer."""
        host = self.sender.address.partition("@")[2]
        return f"<{self.when:%Y%m%d%H%M}.{self.sender.local}@{host}>"

    @property
    def readers(self) -> list[Person]:
        """Those who get it, of this server's accounts."""
        if not self.delivered:
            return []
        every = dict.fromkeys([*self.to, *self.cc, *self.via])
        return [person for person in every if person.account]

    @property
    def octets(self) -> bytes:
        """The message as its writer sends it."""
        lines = [
            f"Date: {format_datetime(self.when)}",
            f"From: {mailbox(self.sender, 'From', self.charset)}",
            f"To: {mailboxes(self.to, 'To', self.charset)}",
        ]
        if self.cc:
            lines.append(f"Cc: {mailboxes(self.cc, 'Cc', self.charset)}")
        lines.append(f"Subject: {parts.words(self.subject, 'Subject', self.charset)}")
        lines.append(f"Message-ID: {self.message_id}")
        if self.answers is not None:
            lines.append(f"In-Reply-To: {self.answers.message_id}")
            lines.append(f"References: {parts.fold(' '.join(self.references()), 12)}")
        lines += [f"{name}: {parts.fold(value, len(name) + 2)}" for name, value in self.fields]
        lines.append("MIME-Version: 1.0")
        return "\r\n".join(lines).encode("ascii") + b"\r\n" + self.body

    def references(self) -> list[str]:
        """The thread before this message, oldest first (RFC 5322 §3.6.4)."""
        found: list[str] = []
        one = self.answers
        while one is not None and len(found) < LONGEST_REFERENCES:
            found.append(one.message_id)
            one = one.answers
        return found[::-1]


def mailbox(person: Person, name: str, charset: str = "utf-8") -> str:
    """``Name <address>`` for a header; the name encoded where it must be."""
    return f"{parts.words(person.name, name, charset)} <{person.address}>"


def mailboxes(persons: Sequence[Person], name: str, charset: str = "utf-8") -> str:
    """An address list, one a line."""
    return ",\r\n ".join(mailbox(person, name, charset) for person in persons)


@dataclass(frozen=True, slots=True)
class DemoClock:
    """Moments seen from the start of the demo, so that the mail is always recent."""

    now: datetime

    def at(self, days: int, clock: str) -> datetime:
        """That many days ago at that time of day; never in the future."""
        hour, minute = map(int, clock.split(":"))
        day = self.now.astimezone(ZONE) - timedelta(days=days)
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return moment if moment < self.now else moment - timedelta(days=1)

    def ago(self, minutes: int) -> datetime:
        """That many minutes ago."""
        moment = self.now.astimezone(ZONE) - timedelta(minutes=minutes)
        return moment.replace(second=0, microsecond=0)
