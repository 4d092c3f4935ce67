"""All FLAGS of a large mailbox come from memory, and are those of the store."""

from __future__ import annotations

import random
from array import array
from contextlib import closing
from typing import Literal

import pytest

from lemonade_server.imap.fetch import packed_flags as fetch_flags
from lemonade_server.imap.fetch.flag_arrays import FlagArrays, PackedFlags, apply_changes
from lemonade_server.models import Account
from lemonade_server.store import ingest, mailboxes, messages
from lemonade_server.store.changes import changes_since
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.ids import AccountId, ContentId, MailboxId, Modseq
from lemonade_server.store.messages import NewMessage
from tests.mailserver import PASSWORD, MailServer

from .inside import Wire

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
MANY = fetch_flags.FEWEST + 100


def inbox_of(tx: Tx, email: str) -> tuple[MailboxId, ContentId]:
    account = AccountId(Account.objects.create_user(email, "lemonade").pk)
    mailboxes.provision(tx, account)
    found = mailboxes.find(tx, account, "INBOX")
    assert found is not None
    return found.id, ingest.commit(tx, ingest.prepare(MESSAGE))


def step(tx: Tx, dice: random.Random, box: MailboxId, content: ContentId) -> None:
    """One random change."""
    uids = messages.uids(tx, box)
    some = dice.sample(list(uids), min(len(uids), dice.randint(1, 4)))
    match dice.randrange(3):
        case 0:
            new = [NewMessage(content, dice.randrange(32), [], 0) for _ in range(8)]
            messages.append_all(tx, box, new)
        case 1 if some:
            sign: Literal["+", "-"] = "+" if dice.randrange(2) else "-"
            words = dice.sample(["$Label", "$Other", "$Third"], dice.randrange(3))
            messages.store_flags(tx, box, some, sign, dice.randrange(32), words, None)
        case 2 if some:
            messages.expunge(tx, box, some, only_deleted=False)


def spelled(packed: PackedFlags) -> list[tuple[int, str]]:
    kinds = list(packed.kinds)
    return [kinds[code] for code in packed.codes]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_what_is_kept_follows_every_change(seed: int) -> None:
    dice = random.Random(seed)
    known = PackedFlags(Modseq(1), array("I"), array("H"), {})
    with transaction() as tx:
        box, content = inbox_of(tx, f"{seed}@lemonade.test")
        for _ in range(60):
            for _ in range(dice.randint(1, 5)):
                step(tx, dice, box, content)
            changes = changes_since(tx, box, known.modseq)
            assert changes is not None
            now = apply_changes(known, changes, messages.uids(tx, box))
            assert now is not None
            assert spelled(now) == messages.all_flags(tx, box)
            known = now
        assert known.codes


@pytest.mark.django_db
def test_changes_that_do_not_lead_to_the_view_are_refused() -> None:
    known = PackedFlags(Modseq(1), array("I"), array("H"), {})
    with transaction() as tx:
        box, content = inbox_of(tx, "ann@lemonade.test")
        messages.append_all(tx, box, [NewMessage(content, 0, [], 0) for _ in range(3)])
        changes = changes_since(tx, box, 1)
    assert changes is not None
    for uids in ([1, 2], [1, 2, 3, 4], [2, 3, 4], []):
        assert apply_changes(known, changes, array("I", uids)) is None


def test_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlagArrays, "KEPT_OCTETS", 2 * 250)
    arrays = FlagArrays()
    for number in (1, 2, 1, 3):
        one = PackedFlags(
            Modseq(number), array("I", range(100)), array("H", [0] * 100), {(0, ""): 0}
        )
        arrays.keep(MailboxId(number), one)
    assert [arrays.find(MailboxId(number)) is not None for number in (1, 2, 3)] == [
        True,
        False,
        True,
    ]


def ask(wire: Wire, command: str) -> list[bytes]:
    """The responses to a command, the tagged one last."""
    wire.send(b"t " + command.encode())
    return wire.until(b"t")


def in_pieces(wire: Wire, uid: bool = False) -> list[bytes]:
    """All flags, asked for in pieces that are too small for the arrays."""
    found: list[bytes] = []
    for low in range(1, MANY + 1, 100):
        found += ask(wire, f"FETCH {low}:{low + 99} ({'UID ' * uid}FLAGS)")[:-1]
    return found


def at_once(wire: Wire, command: str = "FETCH 1:* (FLAGS)") -> list[bytes]:
    *lines, tagged = ask(wire, command)
    assert tagged.startswith(b"t OK"), tagged
    return lines


def test_the_answer_is_that_of_small_pieces(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    port = mail_server.ports["imap"]
    with closing(Wire(port)) as one, closing(Wire(port)) as other:
        for wire in (one, other):
            at_once(wire, f"LOGIN {email} {PASSWORD}")
        literal = f" {{{len(MESSAGE)}+}}\r\n{MESSAGE.decode()}"
        at_once(one, "APPEND INBOX" + literal * MANY)
        for wire in (one, other):
            at_once(wire, "SELECT INBOX")
        first = at_once(one)
        assert len(first) == MANY
        assert first == in_pieces(one)
        assert b"\\Recent" in first[0]
        at_once(other, "STORE 3:7,550 +FLAGS ($New \\Deleted)")
        at_once(one, "NOOP")
        assert at_once(one) == in_pieces(one) != first
        assert at_once(other, "FETCH 1:* FLAGS") == in_pieces(other)
        assert at_once(other, "UID FETCH 1:* (FLAGS)") == in_pieces(other, uid=True)
        assert at_once(one, "FETCH 20:590 (FLAGS)") == in_pieces(one)[19:590]
        at_once(other, "EXPUNGE")
        assert at_once(one, "FETCH 1:* (FLAGS)") == in_pieces(one)  # those that are gone, too
        at_once(one, "NOOP")
        assert len(at_once(one)) == MANY - 6
