"""Attachments that are looked at: each kind on its page, and as the piece for a script."""

from __future__ import annotations

import io
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image

from tests.convert import samples
from tests.webmail.website import Site, letter
from webmail.attachments.kinds import viewer_kind
from webmail.attachments.pictures import room_of
from webmail.attachments.texts import AttachedText, read_table
from webmail.mail import MessagePart

PIECE = {"X-Pane": "viewer"}
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:card-1\r\nFN:Ada <b>Lovelace</b>\r\n"
    "EMAIL:ada@far.example\r\nTEL;TYPE=cell:+44 20 1\r\nORG:Engines\r\nEND:VCARD\r\n"
)


def with_files(*files: tuple[str, str, bytes]) -> EmailMessage:
    message = letter("With files")
    for kind, name, octets in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(octets, maintype=main, subtype=sub, filename=name)
    return message


def piece(site: Site, path: str) -> str:
    answer: Any = site.client.get(path, headers=PIECE)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    return str(answer.content.decode())


def test_one_after_the_other_without_a_script(site: Site) -> None:
    uid = site.put(
        with_files(
            ("text/x-python", "walk.py", b"print('<b>hello</b>')\n"),
            ("application/zip", "x.zip", b"PK"),
            ("text/csv", "costs.csv", b"Was;Preis\nBirne;1,50\n<i>;2\n"),
            ("audio/mpeg", "song.mp3", b"ID3"),
        )
    )
    base = f"/mail/INBOX/{uid}/preview"
    first = site.text(f"{base}/2/walk.py")
    assert "print(&#x27;&lt;b&gt;hello&lt;/b&gt;&#x27;)" in first
    assert f'rel="next" href="{base}/4/costs.csv"' in first and 'rel="prev"' not in first
    second = site.text(f"{base}/4/costs.csv")
    assert '<th scope="col">Preis</th>' in second and "<td>1,50</td>" in second
    assert "<td>&lt;i&gt;</td>" in second
    assert f'rel="prev" href="{base}/2/walk.py"' in second and "2 of 3" in second
    third = site.text(f"{base}/5/song.mp3")
    assert (
        f'<audio class="shown" controls preload="metadata" src="/mail/INBOX/{uid}/part/5' in third
    )
    assert 'rel="next"' not in third
    page: Any = site.client.get(f"{base}/5/song.mp3")
    assert "media-src 'self'" in page["Content-Security-Policy"]
    row = site.text(f"/mail/INBOX/{uid}/")
    assert row.count("data-view=") == 3 and 'data-view="table"' in row


def test_the_script_gets_the_content_alone(site: Site) -> None:
    uid = site.put(with_files(("text/plain", "notes.txt", "Grüße\n".encode("latin-1"))))
    shown = piece(site, f"/mail/INBOX/{uid}/preview/2/notes.txt")
    assert shown.lstrip().startswith("<pre") and "<html" not in shown


def test_a_picture_comes_at_the_size_of_the_screen(site: Site) -> None:
    photograph = samples.encoded(samples.picture(3000, 2000), "JPEG", quality=95)
    uid = site.put(with_files(("image/jpeg", "roof.jpg", photograph)))
    row = site.text(f"/mail/INBOX/{uid}/")
    assert f'data-picture="/mail/INBOX/{uid}/picture/2/"' in row
    answer: Any = site.client.get(f"/mail/INBOX/{uid}/picture/2/480x800/")
    assert Image.open(io.BytesIO(answer.content)).size == (480, 320)
    assert len(answer.content) < len(photograph) / 20
    for size in ("481x800", "0x0", "99999x160", "4000x4000", "160", "160x", "-160x160"):
        assert site.client.get(f"/mail/INBOX/{uid}/picture/2/{size}/").status_code == 404


def test_pages_come_at_the_width_of_the_screen(site: Site) -> None:
    uid = site.put(with_files(("application/pdf", "scan.pdf", samples.pdf(pages=2))))
    shown = piece(site, f"/mail/INBOX/{uid}/preview/2/scan.pdf?room=800x3840")
    assert f'src="/mail/INBOX/{uid}/picture/2/800x3840/?page=2"' in shown
    hostile = piece(site, f'/mail/INBOX/{uid}/preview/2/scan.pdf?room="><b>')
    assert "<b>" not in hostile and "/picture/2/page/?page=1" in hostile


def test_what_is_no_text_says_so(site: Site) -> None:
    uid = site.put(with_files(("text/x-log", "x.log", bytes(range(256)) * 9)))
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/x.log")
    assert "This file is no text." in shown and "Download it to see it." in shown


def test_only_the_beginning_of_a_long_text(site: Site) -> None:
    uid = site.put(with_files(("text/x-log", "x.log", "ä".encode() * 300_001)))
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/x.log")
    assert "This is only the beginning." in shown and shown.count("ä") == 200_000


def test_a_card_goes_into_the_address_book(site: Site) -> None:
    uid = site.put(with_files(("text/x-vcard", "ada.vcf", CARD.encode())))
    path = f"/mail/INBOX/{uid}/preview/2/ada.vcf"
    shown = site.text(path)
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in shown and "ada@far.example" in shown
    assert "Engines" in shown and "+44 20 1 (cell)" in shown
    assert "Add to the address book" in shown and "already" not in shown
    answer: Any = site.client.post(f"/mail/INBOX/{uid}/contacts/2/")
    assert answer.status_code == 302
    contact = site.text(answer["Location"])
    assert "ada@far.example" in contact
    assert "It is in your address book already" in site.text(path)
    assert site.client.get(f"/mail/INBOX/{uid}/contacts/2/").status_code == 405
    uid = site.put(with_files(("text/vcard", "bad.vcf", b"BEGIN:VCARD\r\n")))
    assert "There is no contact in this file." in site.text(f"/mail/INBOX/{uid}/preview/2/bad.vcf")
    assert site.client.post(f"/mail/INBOX/{uid}/contacts/2/").status_code >= 400


def test_a_message_in_a_message_and_what_is_in_that(site: Site) -> None:
    inner = letter("Inner words", "What was meant.\n")
    inner.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="inner.csv")
    outer = letter("Outer")
    outer.add_attachment(inner)
    uid = site.put(outer)
    shown = piece(site, f"/mail/INBOX/{uid}/preview/2/Inner%20words.eml")
    assert "What was meant." in shown and f'href="/mail/INBOX/{uid}/inside/2/"' in shown
    page = site.text(f"/mail/INBOX/{uid}/inside/2/")
    address = page.split('data-piece="')[1].split('"')[0]
    assert address.endswith("?inside=2")
    assert '<th scope="col">b</th>' in site.text(address)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("image/svg+xml", "x.svg", ""),
        ("application/octet-stream", "Main.java", "text"),
        ("application/octet-stream", "people.VCF", "contacts"),
        ("application/octet-stream", "x.exe", ""),
        ("text/html", "x.html", "text"),
        ("video/mp4", "x.mp4", "video"),
        ("video/x-msvideo", "x.avi", ""),
        ("message/rfc822", "", "message"),
        ("image/heic", "x.heic", "picture"),
    ],
)
def test_how_each_is_shown(kind: str, name: str, expected: str) -> None:
    part = MessagePart("2", kind, name, 10, 10, "base64", "", "attachment", "", True)
    assert viewer_kind(part, converts=True) == expected


def test_sizes_that_screens_ask_for() -> None:
    assert room_of("160x3840") == (160, 3840) and room_of("thumb") == (96, 96)
    assert room_of("") is None and room_of("161x160") is None


def test_tables_of_any_shape() -> None:
    uneven = read_table(AttachedText("a\tb\n1\n\n1\t2\t3\n", False))
    assert uneven is not None and uneven.head == ["a", "b", ""]
    assert uneven.rows == [["1", "", ""], ["1", "2", "3"]]
    assert read_table(AttachedText("", False)) is None
    assert read_table(AttachedText('"' + "x" * 200_000, False)) is None
    long = read_table(AttachedText("a,b\n" * 2_000, False))
    assert long is not None and len(long.rows) == 500 and long.cut


def test_a_charset_is_one_of_those_that_mail_has(site: Site) -> None:
    """Codecs of Python that take hours for what anybody may send are not asked."""
    message = with_files(("text/plain", "a.txt", b"a" * 300_000), ("text/vcard", "b.vcf", b"a" * 9))
    for part in message.iter_attachments():
        part.set_param("charset", "punycode")
    uid = site.put(message)
    assert "aaaa" in site.text(f"/mail/INBOX/{uid}/preview/2/a.txt")
    assert "no contact" in site.text(f"/mail/INBOX/{uid}/preview/3/b.vcf")
