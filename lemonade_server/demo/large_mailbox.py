"""Mail for a mailbox of very many messages in conversations, for tests and measurements.

The same numbers give the same mail. Most conversations are short, a few are as long as may be; they
go on beside each other for years. One message in nine has an attachment, one in fifty is flagged,
what is newest is often unread. Names and subjects are in several scripts.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate

from lemonade_server.store import ingest, stored_columns
from lemonade_server.store.flags import ANSWERED, FLAGGED, SEEN
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.messages import NewMessage, append_all
from lemonade_server.store.tx import transaction

from .people import PEOPLE, Person

AT_ONCE = 1_000
YEARS = 3
LAST = 1_764_000_000
"""When the newest message came, in seconds UTC."""

HOST = "large-mailbox.example"
SUBJECTS = (
    "Tide gauge readings", "Ελαιόλαδο για το λιμάνι", "Réunion du comité", "Harbour tour",
    "見積もりの件", "Проверка карт", "Wer bringt Kuchen?", "جدول الرحلات", "Invoice overdue",
    "Slipway planks", "Choir practice moved", "Survey students arrive",
)  # fmt: skip
WORDS = (
    "the", "boat", "is", "at", "the", "quay", "and", "the", "tide", "is", "going", "out", "so",
    "we", "should", "leave", "before", "noon", "unless", "somebody", "has", "a", "better", "plan",
    "for", "the", "pontoons", "which", "were", "moved", "last", "night", "by", "the", "storm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LargeMailboxMessage:
    """One message: when it came, its place in its conversation, and which that is."""

    when: int
    conversation: int
    place: int

    @property
    def identifier(self) -> str:
        """Its Message-ID, without brackets."""
        return f"{self.conversation}.{self.place}@{HOST}"


def fill(mailbox: MailboxId, count: int, longest: int, seed: int = 1) -> Iterator[int]:
    """Put ``count`` messages into a mailbox, in conversations of 1 to ``longest``.

    Yields how many are on disk, after each thousand. Raises StoreError.
    """
    dice = random.Random(seed)
    messages = plan(count, longest, dice)
    for start in range(0, count, AT_ONCE):
        chunk = messages[start : start + AT_ONCE]
        prepared = [ingest.prepare(render(each, dice)) for each in chunk]
        with transaction() as tx:
            append_all(
                tx,
                mailbox,
                [
                    NewMessage(
                        ingest.commit(tx, message, uses=1),
                        _bits(each, dice),
                        [],
                        each.when,
                        60,
                        stored_columns.of_rendering(message.rendering),
                    )
                    for each, message in zip(chunk, prepared, strict=True)
                ],
            )
        yield start + len(chunk)


def plan(count: int, longest: int, dice: random.Random) -> list[LargeMailboxMessage]:
    """All messages, oldest first. One of the conversations is as long as may be."""
    found: list[LargeMailboxMessage] = []
    conversation = 0
    while len(found) < count:
        size = int(dice.paretovariate(0.7)) if conversation else longest
        when = LAST - dice.randrange(YEARS * 365 * 86_400)
        for place in range(min(size, longest, count - len(found))):
            found.append(LargeMailboxMessage(min(when, LAST), conversation, place))
            when += dice.randrange(60, 5 * 86_400)
        conversation += 1
    return sorted(found, key=lambda each: (each.when, each.conversation, each.place))


def render(message: LargeMailboxMessage, dice: random.Random) -> bytes:
    """The octets of a message. The first reference of every answer is the first message."""
    own = random.Random(message.conversation)
    people = own.sample(sorted(PEOPLE), min(len(PEOPLE), own.randint(2, 9)))
    author, reader = (PEOPLE[dice.choice(people)] for _ in range(2))
    subject = f"{own.choice(SUBJECTS)} {message.conversation}"
    lines = [
        f"From: {_mailbox(author)}",
        f"To: {_mailbox(reader)}",
        f"Subject: {_encode('Re: ' + subject if message.place else subject)}",
        f"Date: {formatdate(message.when)}",
        f"Message-ID: <{message.identifier}>",
        *_references(message),
        "MIME-Version: 1.0",
    ]
    text = " ".join(dice.choices(WORDS, k=dice.randint(8, 60)))
    if dice.random() < 1 / 9:
        lines += _with_attachment(text, dice)
    else:
        lines += ["Content-Type: text/plain; charset=utf-8", "", text]
    return "\r\n".join([*lines, ""]).encode()


def _references(message: LargeMailboxMessage) -> Sequence[str]:
    if not message.place:
        return ()
    first = LargeMailboxMessage(0, message.conversation, 0)
    before = LargeMailboxMessage(0, message.conversation, message.place - 1)
    known = [first] if message.place == 1 else [first, before]
    return (
        f"In-Reply-To: <{before.identifier}>",
        "References: " + "\r\n ".join(f"<{each.identifier}>" for each in known),
    )


def _with_attachment(text: str, dice: random.Random) -> list[str]:
    return [
        "Content-Type: multipart/mixed; boundary=part",
        "",
        "--part",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "--part",
        'Content-Type: application/pdf; name="plan.pdf"',
        'Content-Disposition: attachment; filename="plan.pdf"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(dice.randbytes(90)).decode(),
        "--part--",
    ]


def _mailbox(person: Person) -> str:
    name = person.name.replace(",", "")
    return f"{_encode(name)} <{person.address}>"


def _encode(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def _bits(message: LargeMailboxMessage, dice: random.Random) -> int:
    recent = LAST - message.when < 30 * 86_400
    bits = 0 if dice.random() < (0.4 if recent else 0.01) else SEEN
    bits |= FLAGGED if dice.random() < 0.02 else 0
    return bits | (ANSWERED if dice.random() < 0.1 else 0)
