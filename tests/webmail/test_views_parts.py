"""What strangers sent, as responses of ours: nothing of it may act."""

from __future__ import annotations

import asyncio
import re
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import AsyncClient

from .website import Site, letter

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def body(response: Any) -> bytes:
    """The octets of a streamed response."""
    return b"".join(response.streaming_content)


async def streamed(site: Site, path: str) -> bytes:
    """The same under ASGI, where nothing may block the loop: each chunk is awaited."""
    client = AsyncClient()
    await client.aforce_login(site.account)
    response: Any = await client.get(path)
    assert response.is_async
    return b"".join([chunk async for chunk in response])


def with_file(kind: str, name: str, octets: bytes) -> EmailMessage:
    message = letter("With a file")
    main, _, sub = kind.partition("/")
    message.add_attachment(octets, maintype=main, subtype=sub, filename=name)
    return message


def test_a_download_is_a_download(site: Site) -> None:
    octets = bytes(range(256)) * 1000
    uid = site.put(with_file("application/zip", "übung.zip", octets))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "übung.zip" in page and re.search(r"25\d(\.\d)? kB", page)
    assert 'aria-label="View' not in page
    response = site.client.get(f"/mail/INBOX/{uid}/part/2/x.zip")
    assert body(response) == octets
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%BCbung.zip" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml"])
def test_what_could_run_is_never_shown(site: Site, kind: str) -> None:
    uid = site.put(with_file(kind, "x", b"<script>alert(1)</script>"))
    response = site.client.get(f"/mail/INBOX/{uid}/part/2/x")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_picture_is_shown_or_saved_as_asked(site: Site) -> None:
    uid = site.put(with_file("image/png", "roof.png", PNG))
    assert 'aria-label="View roof.png"' in site.text(f"/mail/INBOX/{uid}/")
    shown = site.client.get(f"/mail/INBOX/{uid}/part/2/roof.png")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Type"] == "image/png" and body(shown) == PNG
    saved = site.client.get(f"/mail/INBOX/{uid}/part/2/roof.png?save=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_html_mail_comes_in_a_frame_of_its_own(site: Site) -> None:
    message = letter("Newsletter")
    message.add_alternative(
        '<p onclick="x()">Good<script>bad()</script> day</p><img src="cid:logo">'
        '<img src="https://far.example/pixel.gif">',
        subtype="html",
    )
    message.get_payload()[1].add_related(PNG, "image", "png", cid="<logo>")  # type: ignore[union-attr,index]
    uid = site.put(message)
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "Show remote images" in page and 'sandbox="allow-popups' in page
    assert "Good" not in page.split('class="frame"')[1]
    response = site.client.get(f"/mail/INBOX/{uid}/html/")
    html = response.content.decode()
    assert "Good" in html and "bad()" not in html and "onclick" not in html
    assert "far.example" not in html
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ") and "default-src 'none'" in policy
    assert "script" not in policy, "it is of our origin, so nothing in it may run"
    asked = site.client.get(f"/mail/INBOX/{uid}/html/?images=1").content.decode()
    assert "https://far.example/pixel.gif" in asked
    picture = html.split('src="/inline/')[1].split('"')[0]
    site.client.logout()  # the frame sends no cookies
    response = site.client.get(f"/inline/{picture}")
    assert body(response) == PNG and response.headers["Content-Type"] == "image/png"
    assert site.client.get(f"/inline/{picture}x").status_code == 404
    assert site.client.get(f"/mail/INBOX/{uid}/html/").status_code == 302


def test_the_source_is_shown_as_text(site: Site) -> None:
    uid = site.put(letter("Plain", "<script>alert(1)</script>\n"))
    shown = site.client.get(f"/mail/INBOX/{uid}/source/")
    assert shown.headers["Content-Type"].startswith("text/plain")
    assert b"Subject: Plain" in body(shown)
    saved = site.client.get(f"/mail/INBOX/{uid}/source/?save=1")
    assert 'filename="Plain.eml"' in saved.headers["Content-Disposition"]


def test_a_part_that_is_not_there(site: Site) -> None:
    uid = site.put(letter())
    assert "not in the message" in site.text(f"/mail/INBOX/{uid}/part/7/x", 404)
    assert site.client.get("/mail/INBOX/99/part/1/x").status_code == 404


def test_nobody_reads_anothers_mail(site: Site) -> None:
    other = Site(site.server)
    uid = other.put(letter("Private"))
    assert site.client.get(f"/mail/INBOX/{uid}/").status_code == 404
    other.imap.logout()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["application/zip", "text/plain"])  # one is compressed on its way
def test_a_download_under_asgi_blocks_nothing(site: Site, kind: str) -> None:
    octets = b"All work and no play. \r\n" * 30_000
    uid = site.put(with_file(kind, "play.bin", octets))
    got = asyncio.run(streamed(site, f"/mail/INBOX/{uid}/part/2/play.bin"))
    assert got == octets
