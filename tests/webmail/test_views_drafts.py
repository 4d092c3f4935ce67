"""Drafts of other programs: what the form can't edit is kept, sent, and said."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest

from webmail.models import Outbox

from .test_views_writing import fields
from .website import Site

PICTURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
HTML = (
    b'<p>Dear <b>Bob</b>,</p><p>see <a href=3D"https://away.example/offer">our offer</a> <img'
    b' src=3D"cid:pic1"></p><ul><li>one</li></ul>'
)
RELATED = (
    b"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html; charset=utf-8\n"
    b"Content-Transfer-Encoding: quoted-printable\n\n" + HTML + b"\n--r\n"
    b"Content-Type: image/png; name=pic1.png\nContent-ID: <pic1>\n"
    b"Content-Disposition: inline; filename=pic1.png\nContent-Transfer-Encoding: base64\n\n"
    + PICTURE + b"\n--r--\n"
)  # fmt: skip
MIXED = (
    b"Content-Type: multipart/mixed; boundary=m\n\n--m\n" + RELATED + b"--m\n"
    b"Content-Type: application/pdf; name=offer.pdf\nContent-Disposition: attachment;"
    b" filename=offer.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n--m--\n"
)
ALTERNATIVE = (
    b"Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nDear Bob"
    b"\n--a\n" + RELATED + b"--a--\n"
)
ALONE = (
    b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    + HTML + b"\n"
)  # fmt: skip
SEVERAL = (
    b"Content-Type: multipart/mixed; boundary=m\n\n--m\n" + RELATED + b"--m\n" + ALONE + b"--m--\n"
)


def draft(site: Site, content: bytes) -> int:
    head = (
        f"From: Rea <{site.email}>\nTo: bob@lemonade.test\nSubject: Half\n"
        "Date: Mon, 03 Nov 2025 10:02:00 +0100\nMessage-ID: <62@away.example>\n"
        "X-Mozilla-Draft-Info: internal/draft; vcard=0\nReply-To: team@lemonade.test\n"
        "X-Priority: 1\nIn-Reply-To: <b@x.example>\nReferences: <a@x.example>\n <b@x.example>\n"
        "X-Long: one\n two\nMIME-Version: 1.0\n"
    )
    return site.put(head.encode() + content, "Drafts", "(\\Draft)")


def stored(site: Site, folder: str) -> list[EmailMessage]:
    site.imap.select(folder)
    _, numbers = site.imap.search(None, "ALL")
    out = []
    for number in numbers[0].split():
        octets = site.imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1]  # type: ignore[index]
        out.append(email.message_from_bytes(octets, policy=email.policy.default))  # type: ignore[arg-type]
    return out


def is_whole(message: Any) -> bool:
    """Whether words, link and picture are still in it, as they were."""
    leaves = [part for part in message.walk() if not part.is_multipart()]
    pages = [part for part in leaves if part.get_content_type() == "text/html"]
    if not any("<b>Bob</b>" in x.get_content() and "away.example/offer" in x.get_content()
               for x in pages):  # fmt: skip
        return False
    pictures = [part for part in leaves if part["Content-ID"] == "<pic1>"]
    return len(pages) == len(leaves) or all(x.get_content()[:4] == b"\x89PNG" for x in pictures)


def kept_fields(message: EmailMessage) -> list[str]:
    return [str(message[name]) for name in ("Reply-To", "X-Priority", "X-Long")]


@pytest.mark.parametrize("content", [MIXED, ALTERNATIVE, ALONE, SEVERAL])
def test_a_designed_draft_is_saved_and_sent_whole(site: Site, content: bytes) -> None:
    page = site.text(f"/mail/Drafts/{draft(site, content)}/edit/")
    assert "designed in another program" in page and "Reply-To, X-Priority, X-Long" in page
    assert "X-Mozilla" not in page and 'class="frame"' in page
    assert "autofocus" not in page  # the field below the design would scroll what is said away
    again = fields(page) | {"subject": "Changed", "do": "save"}
    for words in ("", "A word above.", "A word above."):
        page = site.text(site.client.post("/write/", again | {"text": words}).headers["Location"])
        (saved,) = stored(site, "Drafts")
        assert is_whole(saved) and saved["Subject"] == "Changed"
        assert kept_fields(saved) == ["team@lemonade.test", "1", "one two"]
        assert saved["X-Mozilla-Draft-Info"] == "internal/draft; vcard=0"
        assert saved["References"].split() == ["<a@x.example>", "<b@x.example>"]
        again = fields(page) | {"do": "save"}
        assert again["text"].strip() == words and "designed in another program" in page
    assert site.client.post("/write/", again | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert is_whole(sent) and "A word above." in sent.as_string()
    assert kept_fields(sent) == ["team@lemonade.test", "1", "one two"]
    assert sent["X-Mozilla-Draft-Info"] is None and stored(site, "Drafts") == []
    assert (b"offer.pdf" in content) == ("offer.pdf" in sent.as_string())


def test_nothing_is_downloaded_to_keep_it(site: Site) -> None:
    big = MIXED.replace(b"JVBERi0xLjQK", b"QUFB\n" * 100_000)
    filled = fields(site.text(f"/mail/Drafts/{draft(site, big)}/edit/"))
    assert site.client.post("/write/", filled | {"do": "send"}).status_code == 302
    row = Outbox.objects.get()
    assert row.octets_imap < 20_000 and row.kept > 400_000


def test_a_file_of_a_designed_draft_can_be_left_out_and_another_added(site: Site) -> None:
    filled = fields(site.text(f"/mail/Drafts/{draft(site, MIXED)}/edit/"))
    assert len(filled["offered"]) == 1
    assert site.client.post("/write/", filled | {"kept": [], "do": "save"}).status_code == 302
    (saved,) = stored(site, "Drafts")
    assert is_whole(saved) and "offer.pdf" not in saved.as_string()


def test_its_words_can_be_edited_beside_it(site: Site) -> None:
    uid = draft(site, MIXED)
    page = site.text(f"/mail/Drafts/{uid}/edit/?as=text")
    filled = fields(page)
    assert "our offer <https://away.example/offer>" in filled["text"]
    assert filled["replaces"] == [""] and "stays where it is" in page
    assert site.client.post("/write/", filled | {"do": "save"}).status_code == 302
    first, second = stored(site, "Drafts")
    assert is_whole(first) and kept_fields(second) == kept_fields(first)
    assert "pic1.png" in second.as_string() and "offer.pdf" in second.as_string()


def test_fields_of_a_plain_draft_are_kept_too(site: Site) -> None:
    uid = draft(site, b"Content-Type: text/plain\n\nHello\n")
    page = site.text(f"/mail/Drafts/{uid}/edit/")
    assert "designed" not in page and "Kept from the program" in page
    assert site.client.post("/write/", fields(page) | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert kept_fields(sent) == ["team@lemonade.test", "1", "one two"]
    assert sent.get_content().strip() == "Hello"


def test_a_text_that_is_too_long_to_edit_is_kept(site: Site) -> None:
    uid = draft(site, b"Content-Type: text/plain\n\n" + b"line of words\n" * 60_000)
    filled = fields(site.text(f"/mail/Drafts/{uid}/edit/"))
    assert site.client.post("/write/", filled | {"do": "save"}).status_code == 302
    (saved,) = stored(site, "Drafts")
    assert saved.get_content().count("line of words") == 60_000


def test_a_design_that_is_gone_is_said_so_and_nothing_is_lost(site: Site) -> None:
    uid = draft(site, MIXED)
    filled = fields(site.text(f"/mail/Drafts/{uid}/edit/")) | {"text": "Mine", "do": "send"}
    site.imap.select("Drafts")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()
    answer = site.client.post("/write/", filled)
    assert answer.status_code in (404, 409) and not Outbox.objects.exists()
