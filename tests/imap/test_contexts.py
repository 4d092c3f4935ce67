"""Contexts at their limits: too many of them, too slow ones, and those that follow the clock.

Shows: CONTEXT=SEARCH, CONTEXT=SORT.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from lemonade_server.imap.ext.context import context, contexts
from lemonade_server.models import Account
from lemonade_server.store import mailboxes, search
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import LimitReached
from lemonade_server.store.ids import AccountId
from tests.mailserver import PASSWORD

from .inside import Wire, imap_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A client that has selected INBOX, with one message that has just come."""
    account = Account.objects.create_user("alice@lemonade.test", PASSWORD)
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(account.pk))
    with imap_server() as port, closing(Wire(port)) as client:
        client.send(b"a LOGIN alice@lemonade.test " + PASSWORD.encode())
        assert client.until(b"a")[-1].startswith(b"a OK")
        client.send(b"b APPEND INBOX {14+}\r\nSubject: 1\r\n\r\n")
        assert client.until(b"b")[-1].startswith(b"b OK")
        client.send(b"c SELECT INBOX")
        assert client.until(b"c")[-1].startswith(b"c OK")
        yield client


def test_what_follows_the_clock_is_looked_at_now_and_then(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "EVERY", 0.05)
    wire.send(b"d UID SEARCH RETURN (ALL UPDATE) YOUNGER 1000")
    assert wire.until(b"d")[0] == b'* ESEARCH (TAG "d") UID ALL 1\r\n'
    wire.send(b"e SORT RETURN (COUNT UPDATE) (DATE) UTF-8 NOT YOUNGER 1000")
    assert wire.until(b"e")[0] == b'* ESEARCH (TAG "e") COUNT 0\r\n'
    monkeypatch.setattr(search, "time", lambda: time.time() + 2000)
    assert {wire.line(), wire.line()} == {
        b'* ESEARCH (TAG "d") UID REMOVEFROM (0 1)\r\n',
        b'* ESEARCH (TAG "e") ADDTO (1 1)\r\n',
    }
    wire.send(b'f CANCELUPDATE "d"')
    assert wire.until(b"f") == [b"f OK no further updates\r\n"]
    monkeypatch.setattr(search, "time", time.time)
    assert wire.line() == b'* ESEARCH (TAG "e") REMOVEFROM (1 1)\r\n'


def test_too_many_are_refused_and_answered(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    assert contexts.MOST >= 10
    monkeypatch.setattr(contexts, "MOST", 2)
    for tag in (b"d1", b"d2"):
        wire.send(tag + b" SEARCH RETURN (UPDATE COUNT) ALL")
        assert len(wire.until(tag)) == 2
    wire.send(b"d3 UID SORT RETURN (UPDATE COUNT) (DATE) UTF-8 UNKEYWORD $Junk")
    received, refused, done = wire.until(b"d3")
    assert received == b'* ESEARCH (TAG "d3") UID COUNT 1\r\n'
    assert refused.startswith(b'* NO [NOUPDATE "d3"] ')
    assert done.startswith(b"d3 OK ")
    wire.send(b'e CANCELUPDATE "d1"')
    wire.until(b"e")
    wire.send(b"d3 SEARCH RETURN (UPDATE COUNT) ALL")
    assert len(wire.until(b"d3")) == 2


def test_they_hold_a_limited_number_of_messages(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "MOST_HELD", 1)
    for tag, answers in ((b"d", 2), (b"e", 3)):
        wire.send(tag + b" SEARCH RETURN (UPDATE) ALL")
        assert len(wire.until(tag)) == answers


def test_an_update_looks_at_nothing_but_what_changed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flag is nothing to a result that flags don't change."""
    looked: list[list[int]] = []

    def noted(*args: Any, within: list[int], **named: Any) -> list[Any]:
        looked.append(list(within))
        return search.search(*args, within=within, **named)

    letter = b"Subject: 2\r\n\r\n"
    wire.send(b"d APPEND INBOX {%d+}\r\n%b" % (len(letter), letter))
    wire.until(b"d")
    for tag, command in (
        (b"e1", b"UID SORT RETURN (UPDATE) (DATE) UTF-8 SUBJECT 2"),
        (b"e2", b"SEARCH RETURN (UPDATE) FLAGGED"),
    ):
        wire.send(tag + b" " + command)
        wire.until(tag)
    monkeypatch.setattr(context, "search", noted)
    wire.send(b"f STORE 1 +FLAGS.SILENT (\\Flagged)")
    assert wire.until(b"f")[0] == b'* ESEARCH (TAG "e2") ADDTO (0 1)\r\n'
    assert looked == [[1]]
    wire.send(b"g APPEND INBOX {%d+}\r\n%b" % (len(letter), letter))
    assert b'* ESEARCH (TAG "e1") UID ADDTO (2 3)\r\n' in wire.until(b"g")
    assert looked == [[1], [3], [3]]


def test_one_that_takes_too_long_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise LimitReached("seconds", 5, "this search takes too long")

    wire.send(b"d SEARCH RETURN (UPDATE) UNFLAGGED")
    wire.until(b"d")
    monkeypatch.setattr(context, "search", slow)
    wire.send(b"e STORE 1 +FLAGS.SILENT (\\Flagged)")
    received, done = wire.until(b"e")
    assert received.startswith(b'* NO [NOUPDATE "d"] ')
    assert done.startswith(b"e OK")
    wire.send(b"f STORE 1 -FLAGS.SILENT (\\Flagged)")
    assert len(wire.until(b"f")) == 1


def test_a_broken_look_ends_all_of_them(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client must not believe that a result is still right."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no database")

    for tag in (b"d1", b"d2"):
        wire.send(tag + b" SEARCH RETURN (UPDATE) UNFLAGGED")
        wire.until(tag)
    monkeypatch.setattr(context, "search", broken)
    wire.send(b"e STORE 1 +FLAGS.SILENT (\\Flagged)")
    first, second, done = wire.until(b"e")
    assert first.startswith(b'* NO [NOUPDATE "d1"] ')
    assert second.startswith(b'* NO [NOUPDATE "d2"] ')
    assert done.startswith(b"e OK ")  # what was stored is stored
