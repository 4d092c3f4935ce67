"""CONVERT against a real server: what a transcript can't show.

Shows: CONVERT.
"""

from __future__ import annotations

import base64
import errno
import re
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from lemonade_server.convert.cache import Cache
from lemonade_server.models import Account
from tests.convert import samples
from tests.mailserver import MailServer

from .client import Client
from .inside import Wire, imap_server

PATIENCE = 60.0
SIZE = re.compile(rb"\{(\d+)\}\r\n\Z")


class Converting(Client):
    """Takes CONVERTED responses: what stands before and behind each literal."""

    def __init__(self, server: MailServer, email: str) -> None:
        super().__init__(server, email)
        self._socket.settimeout(PATIENCE)

    def convert(self, command: str) -> tuple[bytes, list[bytes]]:
        """The text of all responses without their literals, and these."""
        tag = self.send(command)
        text = b""
        literals: list[bytes] = []
        while True:
            line = self._file.readline()
            assert line, "the server closed the connection"
            text += line
            if line.startswith(tag + b" "):
                return text, literals
            if found := SIZE.search(line):
                literals.append(self._file.read(int(found[1])))

    def append(self, *parts: tuple[str, bytes]) -> None:
        """A message of parts in base64: their types and octets."""
        pieces = [
            f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
            + base64.encodebytes(data).replace(b"\n", b"\r\n")
            for kind, data in parts
        ]
        head = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        message = head + b"".join(pieces) + b"--b--\r\n"
        self.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(message), message))


@pytest.fixture
def client(mail_server: MailServer) -> Iterator[Converting]:
    with closing(Converting(mail_server, mail_server.add_account())) as client:
        yield client


def test_a_large_text_comes_whole_and_in_pieces(client: Converting) -> None:
    """L-09; it is never held by the server as a whole."""
    words = "Zażółć gęślą jaźń\r\n" * 150_000
    client.append(("text/plain; charset=iso-8859-2", words.encode("iso-8859-2")))
    client.select()
    text, (whole,) = client.convert('CONVERT 1 ("text/plain" (charset utf-8)) BINARY[1]')
    assert whole.decode() == words
    text, _ = client.convert('CONVERT 1 ("text/plain" (charset utf-8)) BINARY.SIZE[1]')
    assert b"BINARY.SIZE[1] %d)" % len(whole) in text
    _, pieces = client.convert(
        'CONVERT 1 ("text/plain" (charset utf-8)) (BINARY[1]<0.2000000> BINARY[1]<2000000.9999999>)'
    )
    assert b"".join(pieces) == whole
    client.ok("FETCH 1 FLAGS")
    assert client.flags == [frozenset()], "never seen by converting"


def test_a_photograph_costs_a_few_kilobytes(client: Converting) -> None:
    photo = samples.encoded(samples.picture(4000, 3000), "JPEG", quality=95)
    client.append(("image/jpeg", photo))
    client.select()
    text, (thumbnail,) = client.convert(
        'CONVERT 1 ("image/webp" (pix-x 128 pix-y 96)) (BODYPARTSTRUCTURE[1] BINARY[1])'
    )
    assert len(thumbnail) < 2_000
    assert b'("image" "webp" NIL NIL NIL "binary" %d ' % len(thumbnail) in text


def test_pages_of_a_pdf_are_counted(client: Converting) -> None:
    client.append(("application/octet-stream; name=scan.pdf", samples.pdf(pages=3)))
    client.select()
    text, _ = client.convert("CONVERT 1 (NIL) (BODYPARTSTRUCTURE[1] AVAILABLECONVERSIONS[1])")
    assert b'("text" "plain" ("charset" "utf-8" "pages" "3")' in text
    assert b'(("text/plain" "image/jpeg" "image/png" "image/webp"))' in text
    text, (page,) = client.convert('CONVERT 1 ("image/png" (page 3 pix-x 90)) BINARY[1]')
    assert page.startswith(b"\x89PNG")
    text, _ = client.convert('CONVERT 1 ("image/png" (page 4)) BINARY[1]')
    assert b'BADPARAMETERS "application/pdf" "image/png" ("page" "4")' in text


def test_bad_files_are_an_error_and_nothing_else(client: Converting) -> None:
    """X-10; bombs, locked and broken documents."""
    client.append(
        ("image/png", samples.huge_png()),
        ("application/pdf", samples.encrypted_pdf()),
        ("application/pdf", b"%PDF-1.7\nnothing"),
        ("application/vnd.oasis.opendocument.text", samples.bomb()),
        ("image/gif", b"GIF89a"),
        ("text/plain", b"still here"),
    )
    client.select()
    text, _ = client.convert(
        "CONVERT 1 (NIL) (BINARY[1] BINARY[2] BINARY[3] BINARY[4] BINARY[5] BINARY[6])"
    )
    for reason in (b"50000 x 50000", b"encrypted", b"PDF is broken", b"too large when", b"broken"):
        assert reason in text
    assert text.count(b"BADPARAMETERS") == 5
    assert b'BINARY[6] "still here")' in text
    assert text.endswith(b"OK Some conversions failed\r\n")


def test_sets_that_are_too_large(client: Converting) -> None:
    for number in range(101):
        client.append(("text/plain", b"%d" % number))
    client.select()
    text, _ = client.convert('CONVERT 1:* ("text/plain") BINARY[1]')
    assert b" NO [MAXCONVERTMESSAGES 100] " in text
    text, _ = client.convert("CONVERT 1:* (NIL) AVAILABLECONVERSIONS[1]")
    assert text.count(b"* ") == 101, "that converts nothing"
    text, _ = client.convert("CONVERT 1:100 (NIL) BINARY[1]")
    assert all(b'CONVERTED (TAG "%b") (BINARY[1] "%d")' % (_tag(text), n) in text for n in (0, 99))


def _tag(text: bytes) -> bytes:
    return text.splitlines()[-1].split()[0]


def test_expunged_by_another_session(mail_server: MailServer) -> None:
    """B-01: no EXPUNGE during CONVERT, it may come during UID CONVERT; nothing is confused."""
    email = mail_server.add_account()
    with (
        closing(Converting(mail_server, email)) as client,
        closing(Client(mail_server, email)) as other,
    ):
        for words in (b"one", b"two", b"three"):
            client.append(("text/plain", words))
        client.select()
        other.select()
        other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        other.ok("EXPUNGE")
        text, _ = client.convert("CONVERT 1:2 (NIL) BINARY[1]")
        assert b"EXPUNGE " not in text and b" OK " in text
        assert b'* 1 CONVERTED (TAG "%b") (BINARY[1] "one")' % _tag(text) in text
        assert b'* 2 CONVERTED (TAG "%b") (BINARY[1] "two")' % _tag(text) in text
        text, _ = client.convert("UID CONVERT 1:3 (NIL) BINARY[1]")
        assert b'* 2 CONVERTED (TAG "%b") (UID 2 BINARY[1] "two")' % _tag(text) in text
        assert b"* 1 EXPUNGE\r\n" in text


def test_other_sessions_go_on_meanwhile(client: Converting, mail_server: MailServer) -> None:
    email = mail_server.add_account()
    client.append(("image/png", samples.encoded(samples.picture(1500, 1500), "PNG")))
    client.select()
    answers: list[bytes] = []

    def convert() -> None:
        answers.append(client.convert('CONVERT 1 ("image/webp" (quality 100)) BINARY.SIZE[1]')[0])

    worker = threading.Thread(target=convert)
    worker.start()
    served = 0
    with closing(Client(mail_server, email)) as other:
        other.select()
        while worker.is_alive() or not served:
            other.ok("NOOP")
            served += 1
    worker.join()
    assert b"OK CONVERT" in answers[0]


def test_without_a_converter_there_is_no_such_command(transactional_db: None) -> None:
    """LEMONADE_CONVERT=off."""
    Account.objects.create_user("alice@lemonade.test", "lemonade")
    with imap_server(convert=False) as port, closing(Wire(port)) as wire:
        wire.send(b"a LOGIN alice lemonade")
        assert b" CONVERT" not in wire.until(b"a")[-1]
        wire.send(b'b CONVERSIONS "*" "*"')
        assert wire.until(b"b")[-1].startswith(b"b BAD")


def test_what_can_not_be_done_now_may_be_tried_later(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5259 §9, TEMPFAIL: in the phrase with the minutes, and as the code when all failed."""

    def no_room(_: Cache) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    Account.objects.create_user("alice@lemonade.test", "lemonade")
    with imap_server() as port, closing(Wire(port)) as wire:
        wire.send(b"a LOGIN alice lemonade\r\nb APPEND INBOX {16+}\r\n\r\nlater, perhaps")
        wire.send(b"c SELECT INBOX")
        wire.until(b"c")
        convert = b'CONVERT 1 ("text/plain" (charset utf-16)) BINARY[1]'
        with monkeypatch.context() as patch:
            patch.setattr(Cache, "draft", no_room)
            wire.send(b"d " + convert)
            said, done = wire.until(b"d")
        phrase = b'(ERROR "there is no room to convert this" TEMPFAIL 5)'
        assert said == b'* 1 CONVERTED (TAG "d") (BINARY[1] %b)\r\n' % phrase
        assert done.startswith(b"d NO [TEMPFAIL] ")
        wire.send(b"e " + convert)
        assert wire.until(b"e")[-1].startswith(b"e OK "), "it was not remembered as impossible"
