"""Listing, opening, filing and downloading, against our server and against Dovecot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail.client import LemonadeClient
from webmail.mail.commands import Payload, mailbox
from webmail.mail.pool import connections, sign_in
from webmail.mail.types import GatewayError, NotFound, Refused

from .conftest import dovecot_login
from .letters import message, octets


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


def put(imap: LemonadeClient, data: bytes, folder: str = "INBOX") -> None:
    imap.command(b"APPEND", mailbox(folder), Payload(len(data), [data])).check()


def fill(email: str, count: int) -> None:
    with mail.session(email) as imap:
        for number in range(1, count + 1):
            put(imap, message(f"Letter {number}", f"Text {number}\n"))
        imap.command(b"NOOP")


def test_pages_follow_one_another(user: str) -> None:
    fill(user, 23)
    with mail.session(user) as imap:
        one = mail.page(imap, "INBOX", size=10)
        two = mail.page(imap, "INBOX", before_uid=one.older, size=10)
        three = mail.page(imap, "INBOX", before_uid=two.older, size=10)
        back = mail.page(imap, "INBOX", after_uid=three.newer, size=10)
        assert mail.page(imap, "INBOX", after_uid=0, size=10).older is None
        assert mail.page(imap, "INBOX", before_uid=9_999_999_999, size=10).newer is None
        top = mail.page(imap, "INBOX", after_uid=back.newer, size=10)
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
        put(imap, message("Größe", "Plain é\n", "<p>Hyper <b>text</b></p>", data, "Grüße.pdf"))
        uid = mail.page(imap, "INBOX").rows[0].uid
        assert mail.page(imap, "INBOX").rows[0].has_attachments
        letter = mail.letter(imap, "INBOX", uid)
        again = mail.letter(imap, "INBOX", uid)
    assert letter.subject == "Größe"
    assert letter.text == "Plain é\n" and "<b>text</b>" in letter.html
    assert letter.flags.seen and again.flags.seen
    (part,) = letter.attachments
    assert (part.filename, part.type) == ("Grüße.pdf", "application/pdf")
    assert b"".join(mail.part(user, "INBOX", uid, part.section).chunks()) == data

    async def collect() -> bytes:
        return b"".join([chunk async for chunk in found.async_chunks()])

    found = mail.part(user, "INBOX", uid, part.section)
    assert asyncio.run(collect()) == data


def test_moving_deleting_and_undoing(user: str) -> None:
    fill(user, 3)
    with mail.session(user) as imap:
        uids = [row.uid for row in mail.page(imap, "INBOX").rows]
        trash = mail.role_folder(imap, "trash")
        assert mail.delete(imap, "INBOX", uids[:2]) is not None
        assert mail.page(imap, "INBOX").exists == 1
        binned = [row.uid for row in mail.page(imap, trash).rows]
        assert len(binned) == 2
        mail.move(imap, trash, binned[:1], "INBOX")
        assert mail.page(imap, "INBOX").exists == 2
        assert mail.delete(imap, trash, binned[1:]) is None


def test_flags_and_keywords(user: str) -> None:
    fill(user, 1)
    with mail.session(user) as imap:
        (row,) = mail.page(imap, "INBOX").rows
        mail.set_flags(imap, "INBOX", [row.uid], add=["\\Flagged", "$Forwarded", "blue"])
        (row,) = mail.rows(imap, "INBOX", [row.uid])
        assert row.flags.flagged and row.flags.forwarded and row.flags.keywords == ["blue"]
        mail.set_flags(imap, "INBOX", [row.uid], remove=["\\Flagged"])
        (row,) = mail.rows(imap, "INBOX", [row.uid])
        assert not row.flags.flagged
        with pytest.raises(Refused):
            mail.set_flags(imap, "INBOX", [row.uid], add=["a) FETCH 1 (FLAGS"])


def test_folders_of_all_names(user: str) -> None:
    name = 'Über "uns" & mehr 日本'
    with mail.session(user) as imap:
        imap.command(b"CREATE", mailbox(name)).check()
        assert name in [folder.name for folder in mail.folders(imap)]
        put(imap, message("In there"), name)
        assert mail.page(imap, name).rows[0].subject == "In there"
    with mail.session(user) as imap, pytest.raises(GatewayError):  # one hangs up, one says no
        mail.page(imap, "evil\r\nA1 LOGOUT")
    with mail.session(user) as imap:
        assert mail.folders(imap)[0].role == "inbox"


def test_what_is_gone_is_said_to_be_gone(user: str) -> None:
    with mail.session(user) as imap, pytest.raises(NotFound):
        mail.letter(imap, "INBOX", 4_000_000)
    with mail.session(user) as imap, pytest.raises(NotFound):
        mail.letter(imap, "No such folder", 1)


def test_the_changes_since_a_page_was_shown(user: str) -> None:
    fill(user, 5)
    with mail.session(user) as imap:
        page = mail.page(imap, "INBOX")
        known = [row.uid for row in page.rows]
        put(imap, message("New one"))
        mail.set_flags(imap, "INBOX", known[:1], add=["\\Flagged"])
        mail.move(imap, "INBOX", known[1:2], mail.role_folder(imap, "trash"))
        delta = mail.delta(imap, "INBOX", page.uidvalidity, page.modseq, known)
        assert [row.subject for row in delta.rows] == ["New one"]
        assert delta.vanished == known[1:2]
        assert known[0] in [change.uid for change in delta.flags if change.flags.flagged]
        assert delta.exists == 5 and not delta.reset
        wrong = mail.delta(imap, "INBOX", page.uidvalidity + 1, page.modseq, known)
        assert wrong.reset


def test_search_finds_every_word(user: str) -> None:
    fill(user, 3)
    with mail.session(user) as imap:
        put(imap, message("Quince", "The harvest is in, señor.\n"))
        found = mail.search(imap, "INBOX", "harvest SEÑOR").rows
        assert [row.subject for row in found] == ["Quince"]
        assert mail.search(imap, "INBOX", "nothing like it").exists == 0
        assert mail.search(imap, "INBOX", "Text", size=2).older is not None


def test_a_dead_connection_is_replaced_unseen(ours: MailServer) -> None:
    email = ours.add_account("phoenix")
    fill(email, 2)
    with mail.session(email) as imap:
        page = mail.page(imap, "INBOX")
        first = imap
    first._imap.sock.shutdown(2)
    with mail.session(email) as imap:
        assert imap is not first
        delta = mail.delta(
            imap, "INBOX", page.uidvalidity, page.modseq, [row.uid for row in page.rows]
        )
    assert delta.rows == [] and delta.flags == [] and delta.vanished == []
    assert delta.octets < 1_000


def test_coming_back_with_changes_costs_what_changed(ours: MailServer) -> None:
    email = ours.add_account("train")
    fill(email, 60)
    with mail.session(email) as imap:
        page = mail.page(imap, "INBOX")
    known = [row.uid for row in page.rows]
    other = sign_in(email)
    mail.set_flags(other, "INBOX", known[:20], add=["\\Seen"])
    other.drop()
    connections.seat(email).client.drop()  # type: ignore[union-attr]
    with mail.session(email) as imap:
        delta = mail.delta(imap, "INBOX", page.uidvalidity, page.modseq, known)
    assert len(delta.flags) == 20 and delta.octets < 4_000
