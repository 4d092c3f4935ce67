"""Attachments in small: what the pages show of them by CONVERT, and what without it."""

from __future__ import annotations

import io
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image

from tests.convert import samples
from webmail.mail.imap.client import LemonadeClient

from .website import Site, letter

DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")


def with_files(*files: tuple[str, str, str, bytes]) -> EmailMessage:
    message = letter("With files")
    for main, sub, name, octets in files:
        message.add_attachment(octets, maintype=main, subtype=sub, filename=name)
    return message


def photograph() -> bytes:
    return samples.encoded(samples.picture(3000, 2000), "JPEG", quality=95)


def get(site: Site, path: str, status: int = 200) -> Any:
    response: Any = site.client.get(path)
    assert response.status_code == status, response.content
    return response


def test_a_photograph_is_shown_in_small_and_in_a_page_of_its_own(site: Site) -> None:
    uid = site.put(with_files(("image", "jpeg", "roof.jpg", photograph())))
    page = site.text(f"/mail/INBOX/{uid}/")
    thumb = f"/mail/INBOX/{uid}/picture/2/thumb/"
    assert f'loading="lazy" decoding="async" alt="" src="{thumb}"' in page
    assert f'href="/mail/INBOX/{uid}/preview/2/roof.jpg" aria-label="View roof.jpg"' in page
    response = get(site, thumb)
    assert response["Content-Type"] == "image/jpeg" and len(response.content) < 3_000
    assert Image.open(io.BytesIO(response.content)).size == (96, 64)
    assert response["Cache-Control"] == "private, max-age=3600"
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/roof.jpg")
    large = f"/mail/INBOX/{uid}/picture/2/page/"
    assert f'src="{large}"' in shown
    assert Image.open(io.BytesIO(get(site, large).content)).size == (1600, 1067)


def test_a_pdf_page_by_page_and_as_text(site: Site) -> None:
    uid = site.put(with_files(("application", "octet-stream", "scan.pdf", samples.pdf(pages=2))))
    assert f"/mail/INBOX/{uid}/picture/2/thumb/" in site.text(f"/mail/INBOX/{uid}/")
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/scan.pdf")
    assert "Page 1" in shown and "Text of this document" in shown
    pages = [f"/mail/INBOX/{uid}/picture/2/page/?page={number}" for number in (1, 2)]
    assert all(page in shown for page in pages)
    first, second = (get(site, page).content for page in pages)
    assert first != second and Image.open(io.BytesIO(first)).format == "WEBP"
    assert len(get(site, f"/mail/INBOX/{uid}/picture/2/page/?page=3").content) < 50


def test_a_document_as_text_that_can_do_nothing(site: Site) -> None:
    uid = site.put(with_files((*DOCX, "minutes.docx", samples.document())))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "/picture/" not in page and f"/mail/INBOX/{uid}/preview/2/minutes.docx" in page
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/minutes.docx")
    assert "Żółw reads mail." in shown
    hostile = samples.open_text(
        samples.OPEN_TEXT.replace("Żółw", "&lt;script&gt;x()&lt;/script&gt;")
    )
    kind = ("application", "vnd.oasis.opendocument.text", "x.odt")
    uid = site.put(with_files((*kind, hostile)))
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/x.odt")
    assert "&lt;script&gt;x()&lt;/script&gt;" in shown and "<script>x()" not in shown


def test_what_can_not_be_shown_says_why(site: Site) -> None:
    uid = site.put(
        with_files(
            ("application", "pdf", "locked.pdf", samples.encrypted_pdf()),
            ("image", "png", "huge.png", samples.huge_png()),
            ("application", "zip", "x.zip", b"PK"),
        )
    )
    shown = site.text(f"/mail/INBOX/{uid}/preview/2/locked.pdf")
    assert "encrypted" in shown and "Download it to see it." in shown
    for section in (3, 9):  # transparent, so that the icon is seen
        nothing = get(site, f"/mail/INBOX/{uid}/picture/{section}/thumb/")
        assert nothing["Content-Type"] == "image/gif" and len(nothing.content) < 50
    get(site, f"/mail/INBOX/{uid}/preview/4/x.zip", status=404)
    get(site, f"/mail/INBOX/{uid + 9}/preview/2/locked.pdf", status=404)
    get(site, f"/mail/INBOX/{uid}/picture/3/other/", status=404)
    get(site, f"/mail/INBOX/{uid}/picture/3/thumb/?page=x", status=404)


def test_a_stranger_sees_nothing(site: Site) -> None:
    uid = site.put(with_files(("image", "jpeg", "roof.jpg", photograph())))
    site.client.logout()
    get(site, f"/mail/INBOX/{uid}/picture/2/thumb/", status=404)
    get(site, f"/mail/INBOX/{uid}/preview/2/roof.jpg", status=302)


def test_without_convert_all_is_as_before(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another server: an icon, and the part itself to look at."""
    has = LemonadeClient.has
    monkeypatch.setattr(
        LemonadeClient, "has", lambda self, name: name != "CONVERT" and has(self, name)
    )
    uid = site.put(with_files(("image", "jpeg", "roof.jpg", photograph())))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "/picture/" not in page and "/preview/" not in page
    assert f'href="/mail/INBOX/{uid}/part/2/roof.jpg" target="_blank"' in page
    assert "shows no previews" in site.text(f"/mail/INBOX/{uid}/preview/2/roof.jpg")
