"""All attachments as one file: what is in it, under which names, and what it takes to make it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import Any

from tests.webmail.website import Site, letter

MIB = 1024 * 1024


def taken_out(site: Site, path: str) -> zipfile.ZipFile:
    answer: Any = site.client.get(path)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_all_attachments_are_in_it_each_under_a_name_of_its_own(site: Site) -> None:
    files = [
        ("text", "x-log", "übung.log", b"line\n" * 50_000),
        ("image", "png", "roof.png", b"\x89PNG\r\n" + bytes(range(256)) * 300),
        ("image", "png", "Roof.png", b"another"),
        ("application", "octet-stream", "../../etc/passwd", b"root"),
        ("application", "octet-stream", "empty", b""),
    ]
    message = letter("Plans: all/of them")
    for main, sub, name, octets in files:
        message.add_attachment(octets, maintype=main, subtype=sub, filename=name)
    inner = letter("Inside", "Hello from inside.\n")
    message.add_attachment(inner)
    uid = site.put(message)
    assert f'href="/mail/INBOX/{uid}/attachments.zip"' in site.text(f"/mail/INBOX/{uid}/")
    answer: Any = site.client.get(f"/mail/INBOX/{uid}/attachments.zip")
    assert 'filename="Plans_ all_of them.zip"' in answer["Content-Disposition"]
    archive = taken_out(site, f"/mail/INBOX/{uid}/attachments.zip")
    assert archive.testzip() is None
    names = archive.namelist()
    assert names[:3] == ["übung.log", "roof.png", "Roof (2).png"]
    assert not any("/" in name or name.startswith(".") for name in names)
    found = [archive.read(name) for name in names]
    assert found[:5] == [octets for *_, octets in files]
    assert b"Hello from inside." in found[5] and names[5].endswith(".eml")
    assert archive.infolist()[0].compress_size < 5_000
    assert archive.infolist()[0].date_time[:3] == (2026, 11, 24)


def test_attachments_of_a_message_that_is_inside_another(site: Site) -> None:
    inner = letter("Inside")
    for name in ("one.bin", "two.bin"):
        inner.add_attachment(
            name.encode(), maintype="application", subtype="octet-stream", filename=name
        )
    outer = letter("Outside")
    outer.add_attachment(inner)
    uid = site.put(outer)
    page = site.text(f"/mail/INBOX/{uid}/inside/2/")
    path = f"/mail/INBOX/{uid}/attachments.zip?inside=2"
    assert f'href="{path}"' in page
    assert taken_out(site, path).namelist() == ["one.bin", "two.bin"]


def test_a_message_without_attachments_says_so(site: Site) -> None:
    uid = site.put(letter())
    assert "Nothing is attached" in site.text(f"/mail/INBOX/{uid}/attachments.zip", 404)
    assert site.client.get("/mail/INBOX/99/attachments.zip").status_code == 404


def test_it_is_made_in_little_memory(site: Site) -> None:
    """Whatever its size: pieces come from the mail server one after the other."""
    message = letter("Large")
    octets = bytes(range(256)) * 4096 * 12
    for number in (1, 2):
        message.add_attachment(
            octets, maintype="application", subtype="octet-stream", filename=f"{number}.bin"
        )
    uid = site.put(message)
    del message
    answer: Any = site.client.get(f"/mail/INBOX/{uid}/attachments.zip")
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in answer.streaming_content]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) > 20_000 and max(sizes) < MIB
    assert peak < 6 * MIB, "24 MiB of attachments must not be in memory"
