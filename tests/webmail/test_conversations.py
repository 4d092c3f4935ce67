"""Conversations, against our server, against Dovecot and against one that puts nothing together."""

from __future__ import annotations

import email.policy
import itertools
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail import Flag
from webmail.mail.access.conversations import collapses
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections
from webmail.mail.message.errors import NotFound

from .conftest import dovecot_login

SECONDS = itertools.cycle(range(3600))  # each message comes a second after the one before it


@pytest.fixture(params=["ours", "dovecot", "plain"])
def user(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Somebody with an empty mailbox on each kind of server."""
    kind = request.param
    if kind == "ours":
        server: MailServer = request.getfixturevalue("ours")
        yield server.add_account("reader")
        return
    port = request.getfixturevalue(f"{kind}_port")
    name = f"c-{request.node.originalname[:40]}"
    monkeypatch.setattr(connections, "_connect", lambda email: dovecot_login(port, email))
    yield name
    connections.close()


def letter(name: str, answers: str = "", sender: str = "Anna <anna@far.example>") -> EmailMessage:
    """A message with an identifier of its own, that answers another one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "Rea <rea@lemonade.test>"
    message["Subject"] = f"Re: {name[0]}" if answers else name
    message["Message-ID"] = f"<{name}@far.example>"
    if answers:
        message["References"] = " ".join(f"<{each}@far.example>" for each in answers.split())
    message["Date"] = "Tue, 24 Nov 2026 05:00:00 +0000"
    message.set_content(f"Text of {name}.\n")
    return message


def put(email_: str, message: EmailMessage, folder: str = "INBOX", flags: bytes = b"()") -> None:
    data = message.as_bytes(policy=email.policy.SMTP)
    with connections.session(email_) as imap:
        date = b'"24-Nov-2026 10:%02d:%02d +0100"' % divmod(next(SECONDS), 60)
        stored = (mailbox(folder), flags, date, Payload(len(data), [data]))
        imap.command(b"APPEND", *stored).check()
        imap.command(b"NOOP")


def together(user: str) -> bool:
    with connections.session(user) as imap:
        return imap.has("OBJECTID") or imap.has("THREAD=REFS")


BOB = "Bob <bob@far.example>"


def test_a_row_is_a_conversation(user: str) -> None:
    put(user, letter("A"))
    put(user, letter("B"))
    put(user, letter("A2", "A", BOB), flags=b"(\\Seen \\Flagged)")
    with mail.session(user) as session:
        page = session.conversation_page("INBOX")
    if not together(user):
        assert [row.conversation for row in page.rows] == [None, None, None]
        assert page.exists == 3
        return
    first, second = page.rows
    assert page.exists == 2 and page.uids == [first.uid, second.uid]
    assert first.conversation and second.conversation
    assert (first.conversation.count, second.conversation.count) == (2, 1)
    assert len(first.conversation.uids) == 2 and first.conversation.uids[0] == first.uid
    assert [who.label for who in first.conversation.people] == ["Anna", "Bob"]
    assert not first.flags.seen and first.flags.flagged
    assert first.preview == "Text of A2." and first.subject == "A"


def test_a_row_tells_of_answers_in_other_folders(user: str) -> None:
    """As many as are found when it is opened, without trash and junk."""
    put(user, letter("A"), flags=b"(\\Seen)")
    put(user, letter("Other"))
    with mail.session(user) as session:
        before = session.conversation_page("INBOX")
        if not together(user):
            return
        known = {row.uid: row.conversation.version for row in before.rows if row.conversation}
    answer = letter("A2", "A", f"Rea <{user}>")
    answer.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    put(user, answer, "Sent", b"(\\Seen)")
    put(user, letter("A3", "A", BOB), "Trash")
    with mail.session(user) as session:
        page = session.conversation_page("INBOX")
        row = page.rows[1]
        assert row.conversation is not None and row.conversation.count == 1
        with connections.session(user) as imap:
            if not collapses(imap):
                assert row.conversation.total == 1
                return
        assert row.conversation.total == session.conversation("INBOX", row.uid).total == 2
        assert [who.label for who in row.conversation.people] == ["Anna", "Rea"]
        assert row.conversation.has_attachments and row.has_attachments
        assert [one.uid for one in session.conversation_page("INBOX", known=known).rows] == [
            row.uid
        ]


def test_a_page_moves_no_more_than_its_rows(ours: MailServer) -> None:
    user = ours.add_account("pager")
    for number in range(12):
        put(user, letter(f"N{number}"))
    with mail.session(user) as session:
        session.conversation_page("INBOX", size=2)
        before = session.octets
        page = session.conversation_page("INBOX", first=3, size=2)
        assert page.exists == 12 and len(page.rows) == 2
        assert session.octets - before < 2_500


def test_only_what_changed_is_told_again(user: str) -> None:
    if not together(user):
        pytest.skip("this server puts nothing together")
    put(user, letter("A"))
    put(user, letter("B"))
    with mail.session(user) as session:
        page = session.conversation_page("INBOX")
        known = {row.uid: row.conversation.version for row in page.rows if row.conversation}
        assert session.conversation_page("INBOX", known=known).rows == []
        session.mark("INBOX", [page.uids[1]], Flag.SEEN, on=True)
        again = session.conversation_page("INBOX", known=known)
        assert [row.uid for row in again.rows] == page.uids[1:] and again.uids == page.uids
    put(user, letter("A2", "A"))
    with mail.session(user) as session:
        again = session.conversation_page("INBOX", known=known)
    assert len(again.rows) == 1 and again.rows[0].uid not in known
    assert again.uids == [again.rows[0].uid, page.uids[0]]


def test_an_opened_one_has_its_messages_of_all_folders(user: str) -> None:
    me = f"Me <{user}>"
    put(user, letter("A"), flags=b"(\\Seen)")
    put(user, letter("A2", "A", me), "Sent", b"(\\Seen)")
    put(user, letter("Other"))
    put(user, letter("A3", "A A2", BOB))
    put(user, letter("A4", "A A2", BOB), "Trash")
    with mail.session(user) as session:
        uids = sorted(row.uid for row in session.page("INBOX").rows)
        found = session.conversation("INBOX", uids[-1])
        assert [(one.member.folder, one.row.preview) for one in found.messages] == [
            ("INBOX", "Text of A."),
            ("Sent", "Text of A2."),
            ("INBOX", "Text of A3."),
        ]
        assert [one.opened is not None for one in found.messages] == [False, False, True]
        assert found.uids == [uids[-1], uids[0]] and found.total == 3
        assert session.page("INBOX").unseen == 1  # it was marked as read
        trash = session.page("Trash").rows[0].uid
        assert session.conversation("Trash", trash).total == 4
        with pytest.raises(NotFound):
            session.conversation("INBOX", 99_999)


def test_very_many_messages_are_paged_through(user: str) -> None:
    put(user, letter("A"))
    for number in range(90):
        put(user, letter(f"A{number}", f"A A{number - 1}" if number else "A"), flags=b"(\\Seen)")
    with mail.session(user) as session:
        newest = max(row.uid for row in session.page("INBOX").rows)
        found = session.conversation("INBOX", newest)
        assert found.total == 91 and len(found.messages) == 20
        assert [one.before for one in found.messages] == [0, 71, *[0] * 18]
        more = session.conversation("INBOX", newest, earlier=found.messages[1].member.place)
        assert len(more.messages) == 70 and more.messages[1].before == 21
        known = [one.member.place for one in more.messages]
        assert session.conversation("INBOX", newest, known=known).messages == []


def test_a_loop_in_references_is_no_trouble(user: str) -> None:
    put(user, letter("A", "B A B"))
    put(user, letter("B", "A B A"))
    with mail.session(user) as session:
        uids = [row.uid for row in session.page("INBOX").rows]
        pages = session.conversation_page("INBOX")
        assert 1 <= len(pages.rows) <= 2
        assert session.conversation("INBOX", uids[0]).total >= 1
