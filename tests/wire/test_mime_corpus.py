"""Every message of a corpus of real mail, when there is one beside the repository."""

from __future__ import annotations

import email
import re
import tarfile
from collections.abc import Iterator
from email.message import Message
from functools import cache
from pathlib import Path

import pytest

from lemonade_server.wire import part_table
from lemonade_server.wire.mime import BytesSource
from lemonade_server.wire.rendering import render_message
from tests.wire.imap_lists import check_body, check_envelope, parse
from tests.wire.ropes import Rope, check_offsets, every_part, outline

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail.tar.xz"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")


@cache
def messages() -> list[tuple[str, bytes]]:
    with tarfile.open(CORPUS) as archive:
        return [
            (member.name, re.sub(rb"\r?\n", b"\r\n", _octets(archive, member)))
            for member in archive
            if member.isfile() and member.name.endswith(".eml")
        ]


def _octets(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    assert stream is not None
    return stream.read()


def test_every_message_has_a_structure() -> None:
    assert len(messages()) > 3_000
    for _, data in messages():
        found = render_message(BytesSource(data))
        check_offsets(found.root, len(data))
        assert found.header == data[: len(found.header)]
        check_envelope(parse(found.envelope))
        check_body(parse(found.bodystructure), extended=True)
        for part in part_table.leaves(found.parts):
            span = part_table.locate(found.parts, len(data), part.section)
            assert span == (part.start, part.stop)


def test_cut_into_blobs_it_is_the_same() -> None:
    for name, data in messages()[::10]:
        pieces = re.split(rb"(?<=\r\n)(?=--)", data)
        rope = Rope(*pieces, opaque_over=100)
        assert render_message(rope).root == render_message(BytesSource(data)).root, name


def test_sane_messages_have_the_parts_that_the_standard_library_finds() -> None:
    compared = 0
    for name, data in messages():
        parsed = email.message_from_bytes(data)
        if "malformed" in name or any(part.defects for part in parsed.walk()):
            continue
        root = render_message(BytesSource(data)).root
        if any(part.type == "application" and part.params == [] for part in every_part(root)):
            continue  # an embedded message in base64, which only the library opens
        assert outline(root) == _outline(parsed), name
        compared += 1
    assert compared > 2_500


def _outline(message: Message) -> str:
    kind = message.get_content_type()
    name = message.get_content_subtype() if message.get_content_maintype() == "multipart" else kind
    if not message.is_multipart() or (kind.startswith("message/") and kind != "message/rfc822"):
        return name  # the library makes messages of the groups of a report, too
    return f"{name}({', '.join(map(_outline, _children(message)))})"


def _children(message: Message) -> Iterator[Message]:
    for child in message.get_payload():
        assert isinstance(child, Message)
        yield child
