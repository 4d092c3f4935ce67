"""Attachments as search keys, against what was put into the messages."""

from __future__ import annotations

import random
from email.message import EmailMessage

import pytest

from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.search import SearchMemory, count, search
from lemonade_server.store.search_tree import (
    All,
    And,
    AttachmentName,
    HasAttachment,
    Node,
    Not,
    TextSearch,
)
from lemonade_server.wire.text import casemap

from .conftest import put, row

NAMES = ("plan.pdf", "Pläne 2026.PDF", "計画.ods", "straße.txt", "a[b]*.zip", "", "PLAN_2.pdf")
VALUES = ("plan", "PDF", "pläne", "計", "STRASSE", "straße", "b]*", ".", "", "none", "x" * 6_000)


def letter(dice: random.Random) -> tuple[bytes, list[str] | None]:
    """A message, and the names of what is attached; None where nothing is."""
    message = EmailMessage()
    message["Subject"] = dice.choice(NAMES)
    names = [dice.choice(NAMES) for _ in range(dice.randrange(3))]
    if names and dice.random() < 0.3:  # a file alone
        message.set_content(b"x", "application", "pdf", filename=names[0] or None)
        return message.as_bytes(), names[:1]
    message.set_content(f"Text of {dice.choice(NAMES)}")
    if dice.random() < 0.3:
        message.add_alternative("<img src='cid:1'>", "html")
        picture = message.get_payload(1)
        assert isinstance(picture, EmailMessage)
        picture.add_related(
            b"x", "image", "png", cid="<1>", disposition="inline", filename="plan-logo.png"
        )
    for name in names:
        message.add_attachment(b"x", "application", "octet-stream", filename=name or None)
    return message.as_bytes(), names or None


@pytest.mark.parametrize("seed", range(3))
def test_they_are_found_exactly(inbox: MailboxId, seed: int) -> None:
    dice = random.Random(seed)
    known: dict[int, list[str] | None] = {}
    for _ in range(40):
        octets, names = letter(dice)
        known[put(inbox, octets)] = names

    def model(value: str) -> list[int]:
        folded = casemap(value)
        return [
            uid
            for uid, names in known.items()
            if any(name and folded in casemap(name) for name in names or ())
        ]

    memory = SearchMemory()
    upto = row(inbox).uidnext - 1
    with snapshot() as tx:
        attached = [uid for uid, names in known.items() if names is not None]
        assert list(search(tx, inbox, HasAttachment())) == attached
        assert count(tx, inbox, Not(HasAttachment()), upto) == len(known) - len(attached)
        for value in VALUES:
            node: Node = AttachmentName(casemap(value))
            assert list(search(tx, inbox, node, memory=memory)) == model(value), value
            some = sorted(dice.sample(sorted(known), 10))
            found = search(tx, inbox, And([node, All()]), within=some)
            assert list(found) == [uid for uid in model(value) if uid in some]
            both = And([node, Not(TextSearch("subject", casemap(value)))])
            assert set(search(tx, inbox, both)) <= set(model(value))
