"""Folders on a server that is not ours: Dovecot, as it is and announcing next to nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.webmail.conftest import dovecot_login
from tests.webmail.website import letter
from webmail.mail import Flags, Folder, IncomingMessage, MailSession, StoredMessage


@pytest.fixture(params=["dovecot_port", "plain_port"])
def session(request: pytest.FixtureRequest) -> Iterator[MailSession]:
    name = f"folders{secrets.token_hex(4)}"
    client = dovecot_login(request.getfixturevalue(request.param), name)
    yield MailSession(name, client)
    client.logout()


def folder(session: MailSession, name: str) -> Folder:
    return next(each for each in session.folders() if each.name == name)


def names(session: MailSession) -> set[str]:
    return {each.name for each in session.folders()}


def test_folders_are_made_renamed_and_thrown_away(session: MailSession) -> None:
    assert session.create_folder(None, "Été") == "Été"
    session.create_folder(folder(session, "Été"), "Inner")
    session.select("Été/Inner")
    assert session.rename_folder(folder(session, "Été"), None, "Winter") == "Winter"
    assert {"Winter", "Winter/Inner"} <= names(session)
    assert {"Winter", "Winter/Inner"} <= session.subscriptions()
    assert not {"Été", "Été/Inner"} & session.subscriptions()
    gone = session.throw_folder_away(folder(session, "Winter"))
    assert gone == "Trash/Winter" and "Trash/Winter/Inner" in names(session)
    session.erase_folder(folder(session, gone))
    assert not {"Trash/Winter", "Trash/Winter/Inner"} & names(session)
    session.create_folder(None, "Quiet")
    session.subscribe("Quiet", on=False)
    assert "Quiet" not in session.subscriptions() and "Quiet" in names(session)


def arrivals(session: MailSession, name: str) -> list[tuple[str, bool]]:
    return [(row.subject, row.flags.seen) for row in session.page(name).rows]


def test_snoozed_mail_is_back_on_top_and_only_once(session: MailSession) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    for subject in ("Waits", "Newer"):
        octets = letter(subject).as_bytes().replace(b"\n", b"\r\n")
        message = IncomingMessage(octets, Flags(seen=True), old, "")
        assert session.store_all("INBOX", [message]) == [None]
    folder_name = session.role_folder("snoozed")
    since = session.next_uid(folder_name)
    trace = session.traces("INBOX", [1])[0]
    moved = session.move("INBOX", [1], folder_name)
    uid = session.find_trace(folder_name, *since, trace)
    assert uid == 1 and moved.uids in ({1: 1}, {})
    waiting = StoredMessage(folder_name, since[0], uid)
    before = session.next_uid("INBOX")
    # An attempt that stored the copy and was cut off: its copy is not stored again.
    octets = letter("Waits").as_bytes().replace(b"\n", b"\r\n")
    session.store_all("INBOX", [IncomingMessage(octets, Flags(), None, "")])
    assert session.give_back(waiting, "INBOX", before)
    assert arrivals(session, "INBOX") == [("Waits", False), ("Newer", True)]
    assert not session.give_back(waiting, "INBOX", before)
    assert session.page(folder_name).rows == []
    moved = session.move("INBOX", [2], folder_name)
    waiting = StoredMessage(folder_name, since[0], 2)
    assert session.give_back(waiting, "INBOX", session.next_uid("INBOX"))
    newest = session.page("INBOX").rows[0]
    assert newest.subject == "Newer" and not newest.flags.seen
    assert newest.received.year > 2020, "it has the date of its return"
