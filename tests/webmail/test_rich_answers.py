"""Answers and forwards in HTML: with what the original shows, and none of it travels."""

from __future__ import annotations

import base64
import hashlib
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from webmail.html import plain_text_of
from webmail.mail import MessagePart, html_before, text_before
from webmail.mail.imap.pool import connections
from webmail.mail.message.bodies import body_text, unflow
from webmail.models import Outbox

from .test_autosave import no_pause, save
from .test_rich_text import content_of, parsed_by_node, sent_message, structure_of_dovecot
from .test_views_drafts import stored
from .test_views_writing import fields
from .website import Site, letter

__all__ = ["no_pause"]
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
BAR = 3_400  # octets between browser, web and mail server, beside the page


def designed(size: int = 20_000) -> EmailMessage:
    """Of a designer: a style sheet, a picture in the text, a big file."""
    message = letter("Designed", "Plain words of the offer\n")
    message.replace_header("Message-ID", "<designed@far.example>")
    message.add_alternative(
        "<html><head><style>p{color:#060}</style></head><body><p>A <b>rich</b> offer, caf\u00e9</p>"
        '<img src="cid:logo@x" alt="our logo"></body></html>',
        subtype="html",
    )
    page = message.get_body(("html",))
    assert isinstance(page, EmailMessage)
    page.add_related(PICTURE, "image", "png", cid="<logo@x>")
    message.add_attachment(b"\x07" * size, "application", "zip", filename="big.zip")
    return message


def pictures(message: EmailMessage) -> dict[str, bytes]:
    found = [part for part in message.walk() if part.get_content_maintype() == "image"]
    return {str(part["Content-ID"]): part.get_content() for part in found}


def test_a_forward_keeps_the_design_with_its_pictures_as_one_text(
    site: Site, dovecot_port: int
) -> None:
    uid = site.put(designed())
    page = site.text(f"/mail/INBOX/{uid}/forward/")
    form = fields(page)
    assert form["designed"] == ["1"] and "Forwarded message" in form["text"]
    assert "A rich offer" not in form["text"]  # it goes along as it is
    assert "big.zip" in page and form["offered"] and "logo@x" not in page
    message = sent_message(site, form, html="<div>Look, na\u00efve!</div>", rich="1")
    html = content_of(message, "html")
    assert html.index("Look, na&#239;ve!") < html.index("<style>p{color:#060}</style>")
    assert "caf\u00e9" in html and pictures(message) == {"<logo@x>": PICTURE}
    plain = content_of(message, "plain")
    assert "Look, na\u00efve!" in plain and "Plain words of the offer" in plain
    assert [part.get_filename() for part in message.iter_attachments()] == ["big.zip"]
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds[:4] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
    ]
    octets = message.as_bytes()
    seen = parsed_by_node(octets)
    assert "rich" in seen["html"] and ["logo@x", True, "image/png", len(PICTURE)] in [
        [(cid or "").strip("<>"), related, kind, size] for cid, related, kind, size in seen["files"]
    ]
    structure = structure_of_dovecot(dovecot_port, octets)
    assert '"related"' in structure and '"alternative"' in structure and '"mixed"' in structure


def test_twenty_five_megabytes_with_pictures_are_forwarded_for_next_to_nothing(
    site: Site,
) -> None:
    uid = site.put(designed(18_000_000))
    form = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    client = connections.seat(site.email).client
    assert client is not None
    before = client.octets
    changes = {"html": "<div>See below</div>", "rich": "1", "text": ""}
    message = sent_message(site, form, **changes)
    row = Outbox.objects.get()
    posted = len(repr({**form, **changes}))
    fetched = len(message.as_bytes())  # by the test itself
    travelled = client.octets - before + posted
    assert travelled < BAR, (travelled, client.octets - before, posted, row.octets_imap, fetched)
    (big,) = message.iter_attachments()
    digest = hashlib.sha256(big.get_content()).hexdigest()
    assert digest == hashlib.sha256(b"\x07" * 18_000_000).hexdigest()


def test_a_forward_is_saved_while_it_is_written_and_sent_from_the_draft(site: Site) -> None:
    uid = site.put(designed())
    form = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    save(site, form, html="<div>One</div>", rich="1", text="")
    client = connections.seat(site.email).client
    assert client is not None
    save(site, form, html="<div>One and</div>")  # and Drafts is selected
    before = client.octets
    save(site, form, html="<div>One and two</div>")
    assert client.octets - before < 600
    (draft,) = stored(site, "Drafts")
    assert "style" in draft.as_string() and pictures(draft) == {"<logo@x>": PICTURE}
    site.imap.select("Drafts")
    number = site.imap.uid("SEARCH", "ALL")[1][0].decode()
    again = site.text(f"/mail/Drafts/{number}/edit/")
    assert "One and two" in again and "data-rich" in again
    message = sent_message(site, form, html="<div>One and two, three</div>")
    assert "three" in content_of(message, "html") and "<style>" in content_of(message, "html")
    assert pictures(message) == {"<logo@x>": PICTURE}
    assert "Plain words of the offer" in content_of(message, "plain")


def test_the_design_can_be_left_out_or_the_whole_message_attached(site: Site) -> None:
    uid = site.put(designed())
    form = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    without = {name: value for name, value in form.items() if name != "designed"}
    message = sent_message(site, without, html="<div>Words alone</div>", rich="1")
    assert pictures(message) == {} and "style" not in content_of(message, "html").split("<div")[0]
    Outbox.objects.all().delete()
    form = fields(site.text(f"/mail/INBOX/{uid}/forward/?whole=1"))
    message = sent_message(site, form, html="<div>All of it</div>", rich="1", whole="1")
    (whole,) = message.iter_attachments()
    assert whole.get_content_type() == "message/rfc822"


def test_an_answer_quotes_the_html_and_its_pictures_stay_on_the_server(site: Site) -> None:
    uid = site.put(designed())
    page = site.text(f"/mail/INBOX/{uid}/reply/")
    assert "&lt;blockquote type=&quot;cite&quot;&gt;&lt;p&gt;A &lt;b&gt;rich&lt;/b&gt;" in page
    form = fields(page)
    (token,) = form["picture"]
    html = '<div>Yes</div><blockquote type="cite"><p>A <b>rich</b></p><img src="cid:logo@x">'
    save(site, form, html=html, rich="1")
    save(site, form, html=html + "more")
    (draft,) = stored(site, "Drafts")
    assert pictures(draft) == {"<logo@x>": PICTURE}
    message = sent_message(site, form, html=html + "more", picture=token)
    assert pictures(message) == {"<logo@x>": PICTURE}
    assert [part.get_filename() for part in message.iter_attachments()] == []
    assert "cid:logo@x" in content_of(message, "html") and "> A rich" in content_of(
        message, "plain"
    )


def test_a_picture_that_is_taken_out_does_not_go_along(site: Site) -> None:
    uid = site.put(designed())
    form = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    message = sent_message(site, form, html="<div>Without</div>", rich="1")
    assert message.get_content_type() == "multipart/alternative" and pictures(message) == {}


def pasted(html: str, key: str = "0123456789abcdef") -> dict[str, Any]:
    picture = SimpleUploadedFile(f"{key}~photo.png", PICTURE, "image/png")
    return {"html": html, "rich": "1", "pictures": picture}


def test_a_pasted_picture_travels_once_and_goes_out_in_the_text(site: Site) -> None:
    cid = "0123456789abcdef@pictures.lemonade"
    html = f'<div>Look <img src="cid:{cid}" alt="me" width="240"></div>'
    form = fields(site.text("/write/?subject=Hello"))
    save(site, form, **pasted(html))
    form.pop("pictures")
    form["picture"] = ["file.0123456789abcdef"]
    save(site, form, html=html + "<div>and more</div>")
    (draft,) = stored(site, "Drafts")
    assert pictures(draft) == {f"<{cid}>": PICTURE}
    site.imap.select("Drafts")
    number = site.imap.uid("SEARCH", "ALL")[1][0].decode()
    again = fields(site.text(f"/mail/Drafts/{number}/edit/"))
    assert len(again["picture"]) == 1
    message = sent_message(site, again, html=html, rich="1")
    assert pictures(message) == {f"<{cid}>": PICTURE}
    assert list(message.iter_attachments()) == []


def test_a_picture_can_be_sent_before_it_was_saved_and_one_that_is_gone_is_said(
    site: Site,
) -> None:
    cid = "0123456789abcdef@pictures.lemonade"
    form = fields(site.text("/write/?subject=Hello"))
    html = f'<div><img src="cid:{cid}"></div>'
    posted = {**form, "do": "send", "to": "bob@far.example", "html": html, "rich": "1"}
    refused = site.client.post("/write/", posted)
    assert refused.status_code == 400 and "take it out" in refused.content.decode()
    assert Outbox.objects.count() == 0
    message = sent_message(site, form, **pasted(html))
    assert pictures(message) == {f"<{cid}>": PICTURE}


def part(encoding: str, charset: str = "utf-8", flowed: bool = False) -> MessagePart:
    return MessagePart(
        section="1",
        type="text/html",
        filename="",
        size=10,
        shown=10,
        encoding=encoding,
        charset=charset,
        disposition="",
        cid="",
        attachment=False,
        flowed=flowed,
    )


CODINGS = ["7bit", "8bit", "quoted-printable", "base64"]
WORDS = st.text(
    st.characters(blacklist_categories=["C", "Zl", "Zp"], blacklist_characters=">"), max_size=1500
)


@pytest.mark.parametrize("encoding", CODINGS)
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "us-ascii", "windows-1251", "big5"])
@given(words=WORDS)
def test_html_can_stand_before_any_other(encoding: str, charset: str, words: str) -> None:
    html = f"<div>{escape(words)}</div>"
    before = html_before(html, part(encoding, charset))
    assert before is not None
    rest = coded(b"<p>Rest</p>", encoding)
    whole = body_text(before[1] + rest, part(encoding, charset))
    assert plain_text_of(whole).split() == [*plain_text_of(html).split(), "Rest"]
    if len(max(words.split() or [""], key=len)) < 100:
        assert max(map(len, before[1].split(b"\r\n"))) < 998


def coded(octets: bytes, encoding: str) -> bytes:
    return base64.encodebytes(octets) if encoding == "base64" else octets


@pytest.mark.parametrize("encoding", CODINGS)
@pytest.mark.parametrize("flowed", [True, False])
@given(words=WORDS)
def test_a_text_stands_before_another_or_they_are_not_joined(
    encoding: str, flowed: bool, words: str
) -> None:
    here = part(encoding, "utf-8", flowed)
    before = text_before(words, here)
    if before is None:
        return
    whole = body_text(before[1] + coded(b"Rest", encoding), here)
    said = unflow(whole, False) if flowed else whole
    assert said.split() == [*words.split(), "Rest"]


def test_what_has_another_alphabet_is_left_alone() -> None:
    for charset in ("utf-16", "iso-2022-jp", "utf-7"):
        assert html_before("<p>x</p>", part("base64", charset)) is None
    assert html_before("<p>x</p>", part("x-uuencode")) is None
