"""Big writes go in pieces: others are served in between, and what they see is always true."""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from lemonade_server.imap import big_copy, big_writes
from lemonade_server.imap.service import Service
from lemonade_server.models import Account
from lemonade_server.store import ghosts, mailboxes, messages, staging
from lemonade_server.store.check import check
from lemonade_server.store.db import Database, Tx, snapshot, transaction
from lemonade_server.store.ids import AccountId

from .inside import Wire, imap_server

COUNT = 12
"""Messages in INBOX: four pieces."""


@pytest.mark.django_db(transaction=True)
def test_another_write_waits_for_one_piece_only() -> None:
    written: list[str] = []
    queued = threading.Event()

    def piece(uids: Sequence[int], tx: Tx) -> None:
        written.append(f"piece {uids[0]}")
        if uids[0] == 501:
            assert queued.wait(60)

    async def run() -> None:
        db = Database()
        db.start()
        service = cast(Service, SimpleNamespace(big_write=asyncio.Lock()))

        async def write(uids: Sequence[int]) -> None:
            await db.write(partial(piece, uids))

        big = asyncio.create_task(big_writes.in_pieces(service, array("I", range(1, 2_101)), write))
        while "piece 501" not in written:
            await asyncio.sleep(0)
        other = asyncio.create_task(db.write(lambda tx: written.append("other")))
        await asyncio.sleep(0)
        queued.set()
        await asyncio.gather(big, other)
        await db.close()

    asyncio.run(run())
    numbers = [f"piece {first}" for first in (1, 501, 1_001, 1_501, 2_001)]
    assert [each for each in written if each != "other"] == numbers
    assert written.index("other") in (2, 3), "it is written with the next piece at the latest"


@pytest.mark.django_db(transaction=True)
def test_two_big_writes_take_turns() -> None:
    written: list[int] = []

    async def run() -> None:
        db = Database()
        db.start()
        service = cast(Service, SimpleNamespace(big_write=asyncio.Lock()))

        async def write(who: int, uids: Sequence[int]) -> None:
            await db.write(lambda tx: written.append(who))

        await asyncio.gather(
            *(big_writes.in_pieces(service, range(2_000), partial(write, who)) for who in (1, 2))
        )
        await db.close()

    asyncio.run(run())
    assert written == [1, 2] * 4, "one piece of a process in a group at most"


class Talk:
    """A client that selected INBOX."""

    def __init__(self, port: int, first: bytes = b"SELECT INBOX") -> None:
        self.wire = Wire(port)
        self.ask(b"LOGIN ann@lemonade.test lemonade")
        self.ask(first)

    def ask(self, line: bytes) -> list[bytes]:
        self.wire.send(b"t " + line)
        return [reply.rstrip(b"\r\n") for reply in self.wire.until(b"t")]

    def close(self) -> None:
        self.wire.close()


@pytest.fixture
def port(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that writes pieces of three messages; Ann has twelve in INBOX."""
    monkeypatch.setattr(big_writes, "PIECE", 3)
    Account.objects.create_user("ann@lemonade.test", "lemonade")
    with imap_server() as number:
        with closing(Talk(number, b"CREATE Target")) as talk:
            for n in range(1, COUNT + 1):
                talk.ask(b"APPEND INBOX {15+}\r\nSubject: %02d\r\n\r\n" % n)
        yield number
    assert check() == []


def after_piece(
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    function: str,
    do: Callable[[], None],
    module: ModuleType = messages,
) -> None:
    """Have something done by somebody else once the piece of that number is committed."""
    original = getattr(module, function)
    seen: list[int] = []

    def wrapped(tx: Tx, *args: Any, **named: Any) -> Any:
        result = original(tx, *args, **named)
        seen.append(1)
        if len(seen) == number:
            tx.after_commit(do)
        return result

    monkeypatch.setattr(module, function, wrapped)


def test_a_move_tells_all_pairs_before_the_first_expunge(port: int) -> None:
    with closing(Talk(port)) as talk:
        first, *gone, last = talk.ask(b"MOVE 2:11 Target")
        assert first.startswith(b"* OK [COPYUID ") and first.endswith(b" 2:11 1:10] moved")
        assert gone == [b"* 2 EXPUNGE"] * 10 and last == b"t OK MOVE completed"
        assert b"(MESSAGES 2)" in talk.ask(b"STATUS INBOX (MESSAGES)")[0]
        assert b"(MESSAGES 10)" in talk.ask(b"STATUS Target (MESSAGES)")[0]


def test_others_see_a_move_in_the_middle(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[list[bytes]] = []
    with closing(Talk(port)) as talk, closing(Talk(port)) as other:

        def look() -> None:
            found.append(other.ask(b"STATUS Target (MESSAGES)"))
            found.append(other.ask(b"NOOP"))

        after_piece(monkeypatch, 2, "move", threading.Thread(target=look).start)
        talk.ask(b"MOVE 1:* Target")
        other.ask(b"NOOP")
        assert other.ask(b"UID SEARCH ALL") == [b"* SEARCH", b"t OK SEARCH completed"]
        assert b"(MESSAGES 12)" in talk.ask(b"STATUS Target (MESSAGES)")[0]
    assert found


def test_a_move_whose_target_goes_leaves_each_message_in_one_place(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Talk(port)) as talk:

        def delete() -> None:
            account = AccountId(Account.objects.get(email="ann@lemonade.test").pk)
            with transaction() as tx:
                mailboxes.delete(tx, account, "Target")

        after_piece(monkeypatch, 2, "move", delete)
        first, *gone, last = talk.ask(b"MOVE 1:* Target")
        assert first.endswith(b" 1:6 1:6] moved"), "the client is received what was moved"
        assert gone == [b"* 1 EXPUNGE"] * 6
        assert last.startswith(b"t NO [TRYCREATE] ")
        assert talk.ask(b"UID SEARCH ALL")[0] == b"* SEARCH 7 8 9 10 11 12"


def test_a_move_follows_its_target_to_a_new_name(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Talk(port)) as talk:

        def rename() -> None:
            account = AccountId(Account.objects.get(email="ann@lemonade.test").pk)
            with transaction() as tx:
                mailboxes.rename(tx, account, "Target", "Other")
                mailboxes.create(tx, account, "Target")

        after_piece(monkeypatch, 1, "move", rename)
        assert talk.ask(b"MOVE 1:* Target")[-1] == b"t OK MOVE completed"
        assert b"(MESSAGES 12)" in talk.ask(b"STATUS Other (MESSAGES)")[0]
        assert b"(MESSAGES 0)" in talk.ask(b"STATUS Target (MESSAGES)")[0]


def test_a_move_that_finds_messages_gone_says_so(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Talk(port)) as talk, closing(Talk(port)) as other:
        other.ask(b"STORE 5 +FLAGS.SILENT (\\Deleted)")
        talk.ask(b"NOOP")
        original = messages.move

        def move(tx: Tx, source: Any, uids: Sequence[int], *args: Any) -> Any:
            if 4 in uids:
                messages.expunge(tx, source, [5])
            return original(tx, source, uids, *args)

        monkeypatch.setattr(messages, "move", move)
        first, *_, last = talk.ask(b"MOVE 1:* Target")
        assert first.endswith(b" 1:3 1:3] moved")
        assert last.startswith(b"t NO [EXPUNGEISSUED] ")
        assert b"(MESSAGES 3)" in talk.ask(b"STATUS Target (MESSAGES)")[0]


@pytest.mark.parametrize("command", [b"EXPUNGE", b"UID EXPUNGE 1:*"])
def test_an_expunge_takes_what_was_marked_when_it_began(
    port: int, monkeypatch: pytest.MonkeyPatch, command: bytes
) -> None:
    with closing(Talk(port)) as talk, closing(Talk(port)) as other:
        talk.ask(b"STORE 1:10 +FLAGS.SILENT (\\Deleted)")

        def change() -> None:
            box = mailboxes.find
            account = AccountId(Account.objects.get(email="ann@lemonade.test").pk)
            with transaction() as tx:
                found = box(tx, account, "INBOX")
                assert found is not None
                messages.store_flags(tx, found.id, [12], "+", 8, [])
                messages.store_flags(tx, found.id, [10], "-", 8, [])

        after_piece(monkeypatch, 1, "expunge", change)
        received = talk.ask(command)
        assert received.count(b"* 1 EXPUNGE") == 9
        assert talk.ask(b"UID SEARCH ALL")[0] == b"* SEARCH 10 11 12"
        assert other.ask(b"NOOP").count(b"* 1 EXPUNGE") == 9


def test_the_newest_of_a_big_expunge_can_still_be_read(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ghosts, "MOST", 4)
    with closing(Talk(port)) as talk, closing(Talk(port)) as other:
        talk.ask(b"STORE 1:10 +FLAGS.SILENT (\\Deleted)")
        talk.ask(b"EXPUNGE")
        found = [line for line in other.ask(b"FETCH 1:* RFC822.SIZE") if b"RFC822.SIZE" in line]
        assert [line.split()[1] for line in found] == [b"7", b"8", b"9", b"10", b"11", b"12"]


def test_close_expunges_in_pieces(port: int) -> None:
    with closing(Talk(port)) as talk:
        talk.ask(b"STORE 1:10 +FLAGS.SILENT (\\Deleted)")
        assert talk.ask(b"CLOSE") == [b"t OK CLOSE completed"]
        assert b"(MESSAGES 2)" in talk.ask(b"STATUS INBOX (MESSAGES)")[0]


def test_flags_are_stored_in_pieces(port: int) -> None:
    with closing(Talk(port)) as talk:
        lines = talk.ask(b"STORE 1:* +FLAGS (\\Flagged)")
        assert [line.split()[1] for line in lines[:-1] if b"FETCH" in line] == [
            b"%d" % number for number in range(1, COUNT + 1)
        ]
        assert b"HIGHESTMODSEQ" in talk.ask(b"STATUS INBOX (HIGHESTMODSEQ)")[0]


@pytest.fixture
def copying(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """A client of that server, which prepares copies of more than four messages aside."""
    monkeypatch.setattr(big_copy, "LEAST", 4)
    monkeypatch.setattr(big_copy, "LOOK", 0.01)
    with closing(Talk(port)) as talk:
        yield talk


def in_account(job: Callable[[Tx, AccountId], object]) -> None:
    account = AccountId(Account.objects.get(email="ann@lemonade.test").pk)
    with transaction() as tx:
        job(tx, account)


def target_counts(talk: Talk) -> bytes:
    return talk.ask(b"STATUS Target (MESSAGES UNSEEN)")[0]


def test_a_big_copy_is_shown_in_one_step(
    copying: Talk, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []

    def look(tx: Tx, account: AccountId) -> None:
        target, inbox = mailboxes.find(tx, account, "Target"), mailboxes.find(tx, account, "INBOX")
        assert target is not None and inbox is not None
        found.append(target.messages)
        messages.store_flags(tx, inbox.id, [1], "+", 1, [])
        messages.copy(tx, inbox.id, [1], target.id)

    after_piece(monkeypatch, 2, "stage", lambda: in_account(look), staging)
    with closing(Talk(port, b"SELECT Target")) as other:
        last = copying.ask(b"COPY 1:* Target")[-1]
        assert b" 1:12 " in last and last.endswith(b"] COPY completed"), last
        received = other.ask(b"NOOP")
        assert b"* 13 EXISTS" in received
        assert other.ask(b"UID SEARCH 1")[0] == b"* SEARCH 1", "what came meanwhile comes first"
    assert found == [0]
    assert b"(MESSAGES 13 UNSEEN 12)" in target_counts(copying)
    assert len(copying.ask(b"UID SEARCH ALL")[0].split()) == 2 + COUNT


def test_a_big_copy_fails_as_a_whole(copying: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    def expunge(tx: Tx, account: AccountId) -> None:
        inbox = mailboxes.find(tx, account, "INBOX")
        assert inbox is not None
        messages.expunge(tx, inbox.id, [11], only_deleted=False)

    after_piece(monkeypatch, 2, "stage", lambda: in_account(expunge), staging)
    assert copying.ask(b"UID COPY 1:* Target")[-1].startswith(b"t NO [EXPUNGEISSUED] ")
    assert b"(MESSAGES 0 UNSEEN 0)" in target_counts(copying)
    with snapshot() as tx:
        assert tx.rows("SELECT id FROM hidden_messages") == [], "it is tidied up at once"


def test_the_target_of_a_big_copy_goes(copying: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    after_piece(
        monkeypatch,
        2,
        "stage",
        lambda: in_account(lambda tx, account: mailboxes.delete(tx, account, "Target")),
        staging,
    )
    assert copying.ask(b"COPY 1:* Target")[-1].startswith(b"t NO [TRYCREATE] ")


def test_two_big_copies_into_one_mailbox(
    copying: Talk, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies: list[bytes] = []
    with closing(Talk(port)) as other:
        thread = threading.Thread(target=lambda: replies.append(other.ask(b"COPY 1:* Target")[-1]))
        after_piece(monkeypatch, 1, "stage", thread.start, staging)
        assert copying.ask(b"COPY 1:* Target")[-1].endswith(b"] COPY completed")
        thread.join(60)
    assert replies and replies[0].endswith(b"] COPY completed")
    assert b"(MESSAGES 24 " in target_counts(copying)


def test_a_big_copy_into_nothing(copying: Talk) -> None:
    assert copying.ask(b"COPY 1:* Nowhere")[-1].startswith(b"t NO [TRYCREATE] ")


def test_a_big_mailbox_is_deleted(copying: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "FEW", 3)
    copying.ask(b"COPY 1:* Target")
    assert copying.ask(b"DELETE Target") == [b"t OK DELETE completed"]
    with snapshot() as tx:
        assert tx.value("SELECT COUNT(*) FROM message") == COUNT


def test_a_big_inbox_is_renamed(copying: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "FEW", 3)
    assert copying.ask(b"RENAME INBOX Old")[-1] == b"t OK RENAME completed"
    assert b"(MESSAGES 12)" in copying.ask(b"STATUS Old (MESSAGES)")[0]
    assert b"(MESSAGES 0)" in copying.ask(b"STATUS INBOX (MESSAGES)")[0]
