"""Contents: cut into blobs, shared, assembled; always the octets that were given."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from django.core.management import call_command

from lemonade_server.store import blobs, contents, ingest
from lemonade_server.store.blobs import LocalBlobs
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Database, snapshot, transaction
from lemonade_server.store.errors import Gone
from lemonade_server.store.header_edits import with_header, without_fields
from lemonade_server.store.ids import BlobId, ContentId
from lemonade_server.store.new_blobs import new_blob
from lemonade_server.store.spool import Spool
from lemonade_server.wire import part_table

from .conftest import message, octets_of, store


def encoded(size: int, seed: int = 0) -> bytes:
    """Base64 lines of about so many octets."""
    raw = bytes((seed + n * n) % 251 for n in range(size * 54 // 76))
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def mixed(*attachments: bytes, subject: str = "Files", text: str = "see below") -> bytes:
    head = message(
        subject, text, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    ).replace(b"\r\n\r\n", b"\r\n\r\n--b\r\n\r\n", 1)
    tail = b"".join(
        b"\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + one
        for one in attachments
    )
    return head + tail + b"\r\n--b--\r\n"


def rope(content: ContentId) -> list[Piece]:
    with snapshot() as tx:
        return contents.pieces(tx, content)


def part(content: ContentId, section: str) -> list[Piece]:
    with snapshot() as tx:
        row = contents.load(tx, content)
        span = part_table.locate(row.parts, row.size, section)
        assert span is not None
        return contents.pieces(tx, content, *span)


def same_rendering(one: ContentId, other: ContentId) -> None:
    with snapshot() as tx:
        left, right = contents.load(tx, one), contents.load(tx, other)
        for name in contents.ContentRow.__slots__:
            if name != "parts":  # a table may hold a shift in place of new numbers
                assert getattr(left, name) == getattr(right, name), name
        assert part_table.leaves(left.parts) == part_table.leaves(right.parts)
        text = "SELECT subject, sender, header, body FROM content_text WHERE content_id = %s"
        assert tx.row(text, (one,)) == tx.row(text, (other,))


def test_a_small_message_is_one_blob_in_the_database() -> None:
    content = store(message())
    assert len(rope(content)) == 1
    assert octets_of(content) == message()


def test_the_same_octets_are_stored_once() -> None:
    assert rope(store(message())) == rope(store(message()))


def test_large_bodies_become_blobs_of_their_own_and_are_shared() -> None:
    attachment = encoded(200_000)
    first = mixed(attachment, encoded(90_000, 7), subject="one")
    second = mixed(attachment, subject="two", text="sent again by an ordinary client")
    contents_of = [store(first), store(second)]
    assert [octets_of(content) for content in contents_of] == [first, second]
    shared = {piece.blob for piece in rope(contents_of[0])} & {
        piece.blob for piece in rope(contents_of[1])
    }
    assert [piece.length for piece in rope(contents_of[1]) if piece.blob in shared] == [
        len(attachment), len(b"\r\n--b--\r\n"),
    ]  # fmt: skip


def test_large_octets_are_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = mixed(encoded(150_000, 3))
    store(octets)
    monkeypatch.setattr(LocalBlobs, "put", lambda *args: pytest.fail("written again"))
    assert octets_of(store(octets)) == octets


def test_two_that_arrive_at_once_leave_one_file() -> None:
    octets = mixed(encoded(150_000, 4))
    first, second = ingest.prepare(octets), ingest.prepare(octets)
    before = len(list(blobs.blob_store().places()))
    with transaction() as tx:
        one = ingest.commit(tx, first)
    with transaction() as tx:
        other = ingest.commit(tx, second)
    assert len(list(blobs.blob_store().places())) == before - 1
    assert rope(one) == rope(other)
    assert octets_of(other) == octets


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 300_000])
def test_any_size_comes_back(size: int, tmp_path: Path) -> None:
    octets = encoded(size)[:size]
    path = tmp_path / "message"
    path.write_bytes(octets)
    spool = Spool()
    for at in range(0, size, 50_000):
        spool.write(octets[at : at + 50_000])
    for source in (octets, spool, path):
        with transaction() as tx:
            content = ingest.commit(tx, ingest.prepare(source))
        assert octets_of(content) == octets
    assert spool.read(10, 70_000) == octets[10:70_000]
    assert spool.lines(0, spool.size) == octets.count(b"\n")
    spool.close()
    spool.close()


def test_spans_are_cut_where_they_should() -> None:
    octets = mixed(encoded(100_000), encoded(80_000, 1))
    content = store(octets)
    with snapshot() as tx:
        for start, stop in ((0, 10), (5, 150_000), (99_990, 180_000), (len(octets) - 3, 10**9)):
            assert contents.read(tx, content, start, stop) == octets[start:stop]
        assert contents.read(tx, content, 50, 50) == b""


def test_streaming_in_bounded_pieces() -> None:
    octets = mixed(encoded(300_000), encoded(70_000, 2))
    content = store(octets)

    async def run() -> list[bytes]:
        db = Database()
        db.start()
        try:
            return [piece async for piece in contents.stream(db, content, 20, 350_000, 100_000)]
        finally:
            await db.close()

    found = asyncio.run(run())
    assert b"".join(found) == octets[20:350_000]
    assert max(map(len, found)) <= 100_000


def test_a_forward_shares_the_attachment_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    source = store(mixed(encoded(400_000)))
    attachment = part(source, "2")
    new = message("Fwd", "", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=f\r\n")
    new += b"--f\r\n\r\nlook\r\n--f\r\nContent-Type: application/octet-stream\r\n"
    new += b"Content-Transfer-Encoding: base64\r\n\r\n"
    parts: list[Piece | bytes] = [new, *attachment, b"\r\n--f--\r\n"]
    read: list[int] = []
    whole = LocalBlobs.read

    def noted(self: LocalBlobs, place: str, start: int, stop: int) -> bytes:
        read.append(stop - start)
        return whole(self, place, start, stop)

    monkeypatch.setattr(LocalBlobs, "read", noted)
    with transaction() as tx:
        forward = contents.assemble(tx, parts)
    assert sum(read) < 20_000
    monkeypatch.undo()
    octets = octets_of(forward)
    assert octets == new + encoded(400_000) + b"\r\n--f--\r\n"
    same_rendering(forward, store(octets))
    assert {piece.blob for piece in attachment} <= {piece.blob for piece in rope(forward)}


def test_assembling_of_pieces_that_hold_boundaries() -> None:
    source = store(mixed(encoded(90_000), text="--b is no boundary here"))
    with transaction() as tx:
        whole = contents.pieces(tx, source)
        size = contents.load(tx, source).size
        cut = contents.assemble(tx, [*contents.pieces(tx, source, 0, 300), b"X", *whole])
        spool = Spool()
        spool.write(b"Subject: spooled\r\n\r\n" + b"-" * 70_000)
        other = contents.assemble(tx, [spool, *contents.pieces(tx, source, size - 40, size), b""])
        spool.close()
    octets = octets_of(source)
    assert octets_of(cut) == octets[:300] + b"X" + octets
    same_rendering(cut, store(octets_of(cut)))
    same_rendering(other, store(octets_of(other)))


def test_large_new_octets_are_made_a_blob_before() -> None:
    blob = new_blob(b"Subject: x\r\n\r\n" + encoded(100_000))
    with transaction() as tx:
        content = contents.assemble(tx, [blob, b"end"])
    assert octets_of(content).endswith(b"\r\nend")
    again = new_blob(b"Subject: x\r\n\r\n" + encoded(100_000))
    assert (again.place, again.data) == ("", None)
    with transaction() as tx:
        assert contents.load(tx, contents.assemble(tx, [again])).size == again.size


def test_assembling_of_nothing_and_of_what_is_gone() -> None:
    with transaction() as tx:
        assert contents.load(tx, contents.assemble(tx, [])).size == 0
    with pytest.raises(Gone), transaction() as tx:
        contents.assemble(tx, [Piece(BlobId(10**9), 0, 5)])
    with pytest.raises(Gone), transaction() as tx:
        contents.pieces(tx, ContentId(10**9))


def test_header_in_front_renders_as_if_it_had_been_there() -> None:
    octets = mixed(encoded(90_000))
    added = b"Return-Path: <a@b>\r\nReceived: from x\r\n\tby y; Tue, 4 Mar 2025 10:00:00 +0000\r\n"
    source = store(octets)
    with transaction() as tx:
        changed = with_header(contents.prepare_stored(tx, source), added)
        content = ingest.commit(tx, changed)
        again = ingest.commit(tx, with_header(changed, b"X-More: yes\r\n"))
    assert octets_of(content) == added + octets
    same_rendering(content, store(added + octets))
    same_rendering(again, store(b"X-More: yes\r\n" + added + octets))


def test_fields_are_taken_out() -> None:
    secret = "Bcc: hidden@lemonade.test,\r\n other@lemonade.test\r\n"
    octets = message("Mail", "body\r\n", secret + "X-Kept: 1\r\nbcc: third@x\r\n")
    new = ingest.prepare(octets)
    with transaction() as tx:
        fresh = ingest.commit(tx, without_fields(new, [b"BCC"]))
        source = ingest.commit(tx, new)
        content = ingest.commit(tx, without_fields(contents.prepare_stored(tx, source), [b"BCC"]))
    with pytest.raises(ValueError, match="structure"):
        without_fields(new, [b"Content-Type"])
    for found in (fresh, content):
        assert octets_of(found) == message("Mail", "body\r\n", "X-Kept: 1\r\n")
        same_rendering(found, store(octets_of(found)))


def test_what_an_older_program_rendered_is_rendered_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old, new = (store(mixed(encoded(90_000), subject=subject)) for subject in ("old", "new"))
    with transaction() as tx:
        tx.execute(
            "UPDATE content SET version = 0, envelope = %s, preview = '' WHERE id = %s",
            (b"(spoilt)", old),
        )
        tx.execute("UPDATE content_text SET body = '' WHERE content_id = %s", (old,))
    call_command("rerender")
    assert capsys.readouterr().out.startswith("1 messages")
    same_rendering(old, store(octets_of(old)))
    call_command("rerender")
    assert capsys.readouterr().out.startswith("0 messages")
    with transaction() as tx:
        assert contents.load(tx, new).version == contents.load(tx, old).version


def test_line_ends_of_files_from_elsewhere() -> None:
    assert ingest.crlf(b"a\nb\r\nc\rd") == b"a\r\nb\r\nc\r\nd"
