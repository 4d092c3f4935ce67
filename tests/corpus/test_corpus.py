"""Real mail through the whole server: imported by the command, read back over IMAP.

Every message comes back byte for byte, has an envelope and a structure, and each part that the
structure names is a span of the message: the parts and the boundary lines between them are all
of it.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer
from tests.wire.imap_lists import Value, check_body, check_envelope, parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail.tar.xz"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here"),
]

_ITEM = re.compile(rb"BODY\[([^]]*)\] (?:\{(\d+)\}\r\n|\"((?:[^\"\\]|\\.)*)\"|(NIL))")
_DATA = re.compile(rb"\* \d+ FETCH \(UID (\d+) (?:ENVELOPE|BODYSTRUCTURE) (.*)\)", re.DOTALL)
# A header that ends at the boundary line leaves no line end for it.
_BOUNDARY = re.compile(rb"(?:\r\n|(?<=\n)|\A)--[^\r\n]*\r\n")
_UID = re.compile(rb"\* \d+ FETCH \((?:.*? )?UID (\d+)")
AT_ONCE = 50


@pytest.fixture(scope="module")
def mailbox(mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imap]:
    """A connection on an INBOX that holds the corpus."""
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(CORPUS) as archive:
        archive.extractall(folder, filter="data")
    email = mail_server.add_account("corpus")
    mail_server.manage("importmail", email, str(folder))
    client = Imap("127.0.0.1", mail_server.ports["imap"])
    client.login(email, PASSWORD)
    client.command(b"EXAMINE INBOX")
    yield client
    client.close()


def expected() -> list[tuple[bytes, str]]:
    """Digest of each message as it must come back, with the name of its file."""
    found: list[tuple[bytes, str]] = []
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if not member.name.endswith(".eml"):
                continue
            stream = archive.extractfile(member)
            assert stream is not None
            octets = stream.read()
            if octets.startswith(b"From "):  # the envelope line of the mbox it was cut out of
                octets = octets.partition(b"\n")[2]
            octets = b"\r\n".join(octets.replace(b"\r\n", b"\n").split(b"\n"))
            found.append((hashlib.sha256(octets).digest(), member.name))
    return found


def ask(client: Imap, commands: list[bytes]) -> Iterator[list[bytes]]:
    """Pipelined commands and the untagged lines of each."""
    for start in range(0, len(commands), AT_ONCE):
        tagged = [(client.tag(), command) for command in commands[start : start + AT_ONCE]]
        client.send(b"".join(b"%b %b\r\n" % pair for pair in tagged))
        for tag, _ in tagged:
            yield client.until(tag)[:-1]


def bodies(line: bytes) -> dict[str, bytes | None]:
    """The BODY[…] items of a FETCH response."""
    found: dict[str, bytes | None] = {}
    at = 0
    while (item := _ITEM.search(line, at)) is not None:
        at = item.end()
        section = item[1].decode()
        if item[2] is not None:
            found[section] = line[at : at + int(item[2])]
            at += int(item[2])
        elif item[3] is not None:
            found[section] = re.sub(rb"\\(.)", rb"\1", item[3], flags=re.DOTALL)
        else:
            found[section] = None
    return found


def whole_messages(client: Imap) -> dict[int, bytes]:
    """UID and octets of every message."""
    found: dict[int, bytes] = {}
    (lines,) = ask(client, [b"UID FETCH 1:* (BODY.PEEK[])"])
    for line in lines:
        uid = _UID.match(line) or re.search(rb" UID (\d+)\)\Z", line)
        assert uid is not None, line[:100]
        octets = bodies(line)[""]
        assert octets is not None
        found[int(uid[1])] = octets
    return found


def lists(client: Imap, item: bytes) -> dict[int, list[Value]]:
    """ENVELOPE or BODYSTRUCTURE of every message."""
    found: dict[int, list[Value]] = {}
    (lines,) = ask(client, [b"UID FETCH 1:* (%b)" % item])
    for line in lines:
        match = _DATA.fullmatch(line)
        assert match is not None, line[:100]
        found[int(match[1])] = parse(match[2])
    return found


def test_each_message_comes_back_byte_for_byte(mailbox: Imap) -> None:
    wanted = expected()
    got = Counter(hashlib.sha256(octets).digest() for octets in whole_messages(mailbox).values())
    assert len(wanted) == 3_283
    assert not [name for digest, name in wanted if digest not in got]
    assert got == Counter(digest for digest, _ in wanted)


def test_each_message_has_an_envelope(mailbox: Imap) -> None:
    found = lists(mailbox, b"ENVELOPE")
    assert len(found) == 3_283
    for envelope in found.values():
        check_envelope(envelope)


class Piece(NamedTuple):
    """A part as its structure names it: where its octets are, and the sections below it."""

    body: str  # the section that holds the octets of its body
    is_message: bool
    children: list[str]  # of a multipart


def pieces(structure: Value, section: str = "", body: str = "TEXT") -> Iterator[Piece]:
    """Every part, parents before their children.

    RFC 3501 §6.4.5: a part of a multipart has its number; the only part of a message has 1.
    """
    assert isinstance(structure, list)
    dot = f"{section}." if section else ""
    if isinstance(structure[0], list):
        inner = list(takewhile(lambda item: isinstance(item, list), structure))
        names = [f"{dot}{number}" for number, _ in enumerate(inner, 1)]
        yield Piece(body, False, names)
        for name, child in zip(names, inner, strict=True):
            yield from pieces(child, name, name)
    elif structure[:2] == [b"message", b"rfc822"]:
        own = section or "1"
        yield Piece(own, True, [])
        attached = structure[8]
        assert isinstance(attached, list)
        below = own if isinstance(attached[0], list) else f"{own}.1"
        yield from pieces(attached, below, f"{own}.TEXT")
    else:
        yield Piece(section or "1", False, [])


def wanted(structure: Value) -> list[str]:
    """Every section that stands for octets of the message."""
    names = {"HEADER": None, "TEXT": None}
    for piece in pieces(structure):
        names[piece.body] = None
        names |= dict.fromkeys(f"{name}.MIME" for name in piece.children)
        if piece.is_message:
            names |= dict.fromkeys((f"{piece.body}.HEADER", f"{piece.body}.TEXT"))
    return list(names)


def test_the_parts_are_spans_that_make_up_the_message(mailbox: Imap) -> None:
    structures = lists(mailbox, b"BODYSTRUCTURE")
    assert len(structures) == 3_283
    commands = []
    for uid, structure in structures.items():
        check_body(structure, extended=True)
        items = b" ".join(b"BODY.PEEK[%b]" % name.encode() for name in wanted(structure))
        commands.append(b"UID FETCH %d (%b)" % (uid, items))
    whole = whole_messages(mailbox)
    several = 0
    for (uid, structure), (line,) in zip(structures.items(), ask(mailbox, commands), strict=True):
        found = {name: octets for name, octets in bodies(line).items() if octets is not None}
        assert found.keys() == set(wanted(structure)), uid
        assert found["HEADER"] + found["TEXT"] == whole[uid]
        for piece in pieces(structure):
            check_spans(piece, found)
            several += len(piece.children) > 1
        if not isinstance(structure[0], list):
            assert found["1"] == found["TEXT"]
    assert several > 200


def check_spans(piece: Piece, found: dict[str, bytes]) -> None:
    """The parts of a multipart follow one another in its body with nothing but boundary lines
    between them; before the first and after the last one is whatever the sender put there.
    """
    body = found[piece.body]
    if piece.is_message:
        assert found[f"{piece.body}.HEADER"] + found[f"{piece.body}.TEXT"] == body
    at = 0
    for name in piece.children:
        octets = found[f"{name}.MIME"] + found[name]
        lines = _BOUNDARY.finditer(body, at)
        ends = (line for line in lines if body.startswith(octets, line.end()))
        boundary = next(ends, None)
        assert boundary is not None, (name, body[at : at + 200])
        assert boundary.start() == at or not at, (name, body[at : boundary.start()])
        at = boundary.end() + len(octets)
