"""The hook for rspamd: what it says is done, and what it does not say holds nothing up."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest

from lemonade_server.screening import rspamd
from tests.mailserver import MailServer, free_ports

from .clients import mailbox
from .spam_filter import Filter

SENDER = "ann@far.example"
BODY = "At five?\r\n" * 30_000  # more than the spool keeps in memory
ENVELOPE = rspamd.ScreenedEnvelope("192.0.2.1", "höst.example", SENDER, ["a@b.test", "ö@b.test"])


@pytest.fixture(scope="module")
def asked() -> Iterator[Filter]:
    spam_filter = Filter()
    spam_filter.url = spam_filter.start()
    yield spam_filter
    spam_filter.stop()


@pytest.fixture(scope="module")
def screened(asked: Filter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("mail"), RSPAMD_URL=asked.url)
    server.start()
    yield server
    server.stop()


def hand_in(server: MailServer, *to: str) -> None:
    with smtplib.SMTP("127.0.0.1", server.ports["smtp"], "client.example", timeout=60) as smtp:
        header = f"X-Spam-Status: No, honest\r\nFrom: {SENDER}\r\nSubject: tea\r\n\r\n"
        smtp.sendmail(SENDER, to, header + BODY)


def says(spam_filter: Filter, action: str, **more: object) -> None:
    spam_filter.status = 200
    spam_filter.answer = {"action": action, "score": 7.125, "required_score": 15, **more}


def header_in(server: MailServer, login: str, name: str) -> bytes:
    """The header of the only message there."""
    with mailbox(server, login) as imap:
        assert imap.select(name)[1] == [b"1"]
        _, data = imap.fetch("1", "(BODY.PEEK[HEADER])")
    header: Any = data[0]
    return bytes(header[1])


def test_it_is_asked_with_the_envelope_and_all_of_the_message(
    screened: MailServer, asked: Filter
) -> None:
    alice, bob = screened.add_account("alice"), screened.add_account("bob")
    says(asked, "no action")
    hand_in(screened, alice, bob)
    question = asked.asked[-1]
    assert question.path == "/checkv2"
    assert question.body.endswith(b"\r\n\r\n" + BODY.encode())
    assert question.headers["IP"] == "127.0.0.1"
    assert question.headers["Helo"] == "client.example"
    assert question.headers["From"] == SENDER
    assert question.headers.get_all("Rcpt") == [alice, bob]
    header = header_in(screened, alice, "INBOX")
    assert b"X-Spam-Status: No, score=7.12 required=15.00\r\n" in header
    assert header.count(b"X-Spam-Status") == 1


@pytest.mark.parametrize("action", ["add header", "rewrite subject", "quarantine"])
def test_spam_is_marked_and_filed_as_junk(screened: MailServer, asked: Filter, action: str) -> None:
    alice = screened.add_account("alice")
    says(asked, action)
    hand_in(screened, alice)
    assert b"X-Spam-Status: Yes, score=7.12" in header_in(screened, alice, "Junk")


@pytest.mark.parametrize(
    ("action", "code", "start"),
    [
        ("reject", 550, b"5.7.1 The message is taken for spam"),
        ("discard", 550, b"5.7.1 "),
        ("soft reject", 451, b"4.7.1 Not now"),
        ("greylist", 451, b"4.7.1 Not now"),
    ],
)
def test_it_may_refuse(
    screened: MailServer, asked: Filter, action: str, code: int, start: bytes
) -> None:
    alice = screened.add_account("alice")
    says(asked, action)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        hand_in(screened, alice)
    assert refused.value.smtp_code == code
    assert bytes(refused.value.smtp_error).startswith(start)  # type: ignore[arg-type]
    says(asked, action, messages={"smtp_message": "Try again\r\n250 later"})
    with pytest.raises(smtplib.SMTPDataError, match="Try again"):
        hand_in(screened, alice)
    with mailbox(screened, alice) as imap:
        assert imap.select("INBOX")[1] == [b"0"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, None),
        (500, b"{}"),
        (200, b"<html>"),
        (200, b"[1]"),
        (200, b'{"action": ["reject"]}'),
        (200, b'{"action": "reject", "score": 1' + b"0" * 400 + b"}"),
        (200, b"[" * 100_000),
    ],
)
def test_mail_goes_on_when_it_says_nothing(
    screened: MailServer, asked: Filter, status: int, answer: bytes | None
) -> None:
    alice = screened.add_account("alice")
    asked.status, asked.answer = status, answer
    hand_in(screened, alice)
    assert b"X-Spam-Status" not in header_in(screened, alice, "INBOX")


def test_nobody_is_there() -> None:
    (port,) = free_ports(1)
    found = asyncio.run(rspamd.ask(f"http://127.0.0.1:{port}", ENVELOPE, [b"x"]))
    assert found is None


def test_it_is_waited_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rspamd, "SECONDS", 0.3)
    slow = Filter({"action": "reject"}, dripping=True)
    try:
        assert asyncio.run(rspamd.ask(slow.start(), ENVELOPE, [b"x" * 100_000])) is None
    finally:
        slow.stop()


def test_names_beyond_ascii_are_sent_as_utf_8() -> None:
    host = Filter({"action": "no action"})
    try:
        opinion = asyncio.run(rspamd.ask(host.start() + "/sub/", ENVELOPE, []))
    finally:
        host.stop()
    assert opinion == rspamd.Opinion(rspamd.FINE, 0.0, 0.0)
    assert host.asked[0].path == "/sub/checkv2"
    sent = host.asked[0].headers.get_all("Rcpt") or []
    assert [each.encode("latin-1").decode() for each in sent] == ["a@b.test", "ö@b.test"]
