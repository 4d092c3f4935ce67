"""Listing, opening, filing and downloading, against our server and against Dovecot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections
from webmail.mail.message.errors import MailError, NotFound, Refused
from webmail.search.parser import parse

from .conftest import dovecot_login
from .letters import message, octets
from .sessions import part_stream


@pytest.fixture(params=["ours", "dovecot", "plain"])
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody with an empty mailbox on each kind of server."""
    kind = request.param
    if kind == "ours":
        server: MailServer = request.getfixturevalue("ours")
        yield server.add_account("reader")
        return
    port = request.getfixturevalue(f"{kind}_port")
    name = request.node.originalname[:40]
    monkeypatch.setattr(connections, "_connect", lambda email: dovecot_login(port, email))
    yield name
    connections.close()


def put(email: str, data: bytes, folder: str = "INBOX") -> None:
    with connections.session(email) as imap:
        imap.command(b"APPEND", mailbox(folder), Payload(len(data), [data])).check()


def create(email: str, name: str) -> None:
    with connections.session(email) as imap:
        imap.command(b"CREATE", mailbox(name)).check()


def fill(email: str, count: int) -> None:
    for number in range(1, count + 1):
        put(email, message(f"Letter {number}", f"Text {number}\n"))
    with connections.session(email) as imap:
        imap.command(b"NOOP")


def test_pages_follow_one_another(user: str) -> None:
    fill(user, 23)
    with mail.session(user) as imap:
        one = imap.page("INBOX", size=10)
        two = imap.page("INBOX", before_uid=one.older, size=10)
        three = imap.page("INBOX", before_uid=two.older, size=10)
        back = imap.page("INBOX", after_uid=three.newer, size=10)
        assert imap.page("INBOX", after_uid=0, size=10).older is None
        assert imap.page("INBOX", before_uid=9_999_999_999, size=10).newer is None
        top = imap.page("INBOX", after_uid=back.newer, size=10)
    assert [row.subject for row in one.rows] == [f"Letter {n}" for n in range(23, 13, -1)]
    assert (one.first, one.last, one.exists, one.newer) == (1, 10, 23, None)
    assert [row.uid for row in back.rows] == [row.uid for row in two.rows]
    assert [row.subject for row in three.rows] == ["Letter 3", "Letter 2", "Letter 1"]
    assert three.older is None and top.newer is None and len(top.rows) == 10
    assert one.rows[0].preview == "Text 23"
    assert one.rows[0].sender.label == "Zoë Ünger"


def test_a_letter_is_opened_read_and_its_part_downloaded(user: str) -> None:
    data = octets(700_000)
    with mail.session(user) as imap:
        put(user, message("Größe", "Plain é\n", "<p>Hyper <b>text</b></p>", data, "Grüße.pdf"))
        uid = imap.page("INBOX").rows[0].uid
        assert imap.page("INBOX").rows[0].has_attachments
        letter = imap.open_message("INBOX", uid)
        again = imap.open_message("INBOX", uid)
    assert letter.subject == "Größe"
    assert letter.text == "Plain é\n" and "<b>text</b>" in letter.html
    assert letter.flags.seen and again.flags.seen
    (part,) = letter.attachments
    assert (part.filename, part.type) == ("Grüße.pdf", "application/pdf")
    assert b"".join(part_stream(user, "INBOX", uid, part.section).chunks()) == data

    async def collect() -> bytes:
        return b"".join([chunk async for chunk in found.async_chunks()])

    found = part_stream(user, "INBOX", uid, part.section)
    assert asyncio.run(collect()) == data


def test_moving_deleting_and_undoing(user: str) -> None:
    fill(user, 3)
    with mail.session(user) as imap:
        uids = [row.uid for row in imap.page("INBOX").rows]
        trash = imap.role_folder("trash")
        assert imap.delete("INBOX", uids[:2]) is not None
        assert imap.page("INBOX").exists == 1
        binned = [row.uid for row in imap.page(trash).rows]
        assert len(binned) == 2
        imap.move(trash, binned[:1], "INBOX")
        assert imap.page("INBOX").exists == 2
        assert imap.delete(trash, binned[1:]) is None


def test_flags_and_keywords(user: str) -> None:
    fill(user, 1)
    with mail.session(user) as imap:
        (row,) = imap.page("INBOX").rows
        imap.set_flags("INBOX", [row.uid], add=["\\Flagged", "$Forwarded", "blue"])
        (row,) = imap.rows("INBOX", [row.uid])
        assert row.flags.flagged and row.flags.forwarded and row.flags.keywords == ["blue"]
        imap.set_flags("INBOX", [row.uid], remove=["\\Flagged"])
        (row,) = imap.rows("INBOX", [row.uid])
        assert not row.flags.flagged
        with pytest.raises(Refused):
            imap.set_flags("INBOX", [row.uid], add=["a) FETCH 1 (FLAGS"])


def test_folders_of_all_names(user: str) -> None:
    name = 'Über "uns" & mehr 日本'
    with mail.session(user) as imap:
        create(user, name)
        assert name in [folder.name for folder in imap.folders()]
        put(user, message("In there"), name)
        assert imap.page(name).rows[0].subject == "In there"
    with mail.session(user) as imap, pytest.raises(MailError):  # one hangs up, one says no
        imap.page("evil\r\nA1 LOGOUT")
    with mail.session(user) as imap:
        assert imap.folders()[0].role == "inbox"


def test_what_is_gone_is_said_to_be_gone(user: str) -> None:
    with mail.session(user) as imap, pytest.raises(NotFound):
        imap.open_message("INBOX", 4_000_000)
    with mail.session(user) as imap, pytest.raises(NotFound):
        imap.open_message("No such folder", 1)


def test_the_changes_since_a_page_was_shown(user: str) -> None:
    fill(user, 5)
    with mail.session(user) as imap:
        page = imap.page("INBOX")
        known = [row.uid for row in page.rows]
        put(user, message("New one"))
        imap.set_flags("INBOX", known[:1], add=["\\Flagged"])
        imap.move("INBOX", known[1:2], imap.role_folder("trash"))
        changes = imap.changes("INBOX", page.uidvalidity, page.modseq, known)
        assert [row.subject for row in changes.rows] == ["New one"]
        assert changes.vanished == known[1:2]
        assert known[0] in [change.uid for change in changes.flags if change.flags.flagged]
        assert changes.exists == 5 and not changes.reset
        wrong = imap.changes("INBOX", page.uidvalidity + 1, page.modseq, known)
        assert wrong.reset


def test_of_very_many_new_messages_a_page_is_told(
    user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmail.mail.access.changes.MANY", 100)
    fill(user, 3)
    with mail.session(user) as imap:
        page = imap.page("INBOX")
        known = [row.uid for row in page.rows]
    with connections.session(user) as client:
        client.command(b"SELECT", b"INBOX").check()
        for _ in range(7):
            client.command(b"COPY", b"1:*", b"INBOX").check()
    with mail.session(user) as imap:
        before = imap.octets
        changes = imap.changes("INBOX", page.uidvalidity, page.modseq, known, 50)
        assert changes.exists == 3 * 2**7 and len(changes.rows) == 50
        assert [row.uid for row in changes.rows] == [row.uid for row in imap.page("INBOX").rows]
        assert imap.octets - before < 60_000


def test_search_finds_every_word(user: str) -> None:
    fill(user, 3)
    with mail.session(user) as imap:
        put(user, message("Quince", "The harvest is in, señor.\n"))
        found = imap.search("INBOX", parse("harvest SEÑOR")).rows
        assert [row.subject for row in found] == ["Quince"]
        assert imap.search("INBOX", parse("nothing like it")).exists == 0
        assert imap.search("INBOX", parse("Text"), size=2).older is not None


def test_a_dead_connection_is_replaced_unseen(ours: MailServer) -> None:
    email = ours.add_account("phoenix")
    fill(email, 2)
    with mail.session(email) as imap:
        page = imap.page("INBOX")
    first = connections.seat(email).client
    assert first is not None
    first._imap.sock.shutdown(2)
    with mail.session(email) as imap:
        changes = imap.changes(
            "INBOX", page.uidvalidity, page.modseq, [row.uid for row in page.rows]
        )
        octets = imap.octets
    assert connections.seat(email).client is not first
    assert changes.rows == [] and changes.flags == [] and changes.vanished == []
    assert octets < 1_000


def test_coming_back_with_changes_costs_what_changed(ours: MailServer) -> None:
    email = ours.add_account("train")
    fill(email, 60)
    with mail.session(email) as imap:
        page = imap.page("INBOX")
    known = [row.uid for row in page.rows]
    with mail.own_session(email) as other:
        other.set_flags("INBOX", known[:20], add=["\\Seen"])
    connections.seat(email).client.drop()  # type: ignore[union-attr]
    with mail.session(email) as imap:
        changes = imap.changes("INBOX", page.uidvalidity, page.modseq, known)
        octets = imap.octets
    assert len(changes.flags) == 20 and octets < 4_000
