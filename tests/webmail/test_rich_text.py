"""HTML that is written here: what may stay of it, its plain text, and what is sent."""

from __future__ import annotations

import imaplib
import json
import re
import shutil
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given
from hypothesis import strategies as st

from webmail.html import (
    can_be_edited,
    clean_rich_text,
    plain_text_of,
    rich_text_of,
    with_mail_styles,
)
from webmail.html.sanitize import ATTRIBUTES, TAGS
from webmail.models import Outbox, Preferences
from webmail.outgoing.withdrawal import take_back

from .payloads import MORE
from .test_autosave import no_pause, save
from .test_sanitize import PAYLOADS
from .test_views_drafts import stored
from .test_views_writing import fields
from .website import Site, letter

WRITTEN = (
    "<div>Dear <b>Bob</b>, caf\u00e9</div><div><br></div><ul><li>one</li><li>two</li></ul>"
    '<div>see <a href="https://x.example/a?b=1&amp;c=2">this page</a></div>'
    '<blockquote type="cite"><div>What you said</div></blockquote>'
)
PLAIN = """Dear Bob, caf\u00e9

- one
- two

see this page <https://x.example/a?b=1&c=2>

> What you said"""
__all__ = ["no_pause"]  # a fixture for all tests here
ADDRESSES = re.compile(r"(?:cid:|https?:|data:image/(?:png|gif|jpe?g|webp);base64,)", re.IGNORECASE)


class Judge(HTMLParser):
    """All that is left must be on the list of what may go out, and nothing of it acts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, given_value in attrs:
            value = given_value or ""
            known = (ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set())) - {"class", "id", "name"}
            if name not in known:
                self.wrong.append(f"{tag} {name}")
            if name in ("src", "background") and not ADDRESSES.match(value):
                self.wrong.append(f"{tag} {name}={value}")
            if name == "href" and not value.startswith(("http:", "https:", "mailto:", "tel:")):
                self.wrong.append(f"{tag} {name}={value}")
            if name == "style" and re.search(r"(?i)var\(|expression|position:|\\|script", value):
                self.wrong.append(f"{tag} {name}={value}")


@pytest.mark.parametrize("payload", [*PAYLOADS, *MORE])
def test_no_payload_of_a_browser_goes_out(payload: str) -> None:
    assert Judge(with_mail_styles(clean_rich_text(payload))).wrong == []
    assert Judge(with_mail_styles(clean_rich_text(f"<div>{payload}</div><p>tail"))).wrong == []


@given(st.lists(st.sampled_from([*PAYLOADS, *MORE, *'<>"&\0', "--", "cid:"]), max_size=6))
def test_what_is_clean_stays_as_it_is(pieces: list[str]) -> None:
    once = clean_rich_text("".join(pieces))
    assert Judge(once).wrong == []
    assert clean_rich_text(once) == once


LINES = st.lists(
    st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=12).filter(
        lambda word: not word.startswith((">", "--"))
    ),
    min_size=1,
    max_size=8,
)


@given(LINES)
def test_plain_text_comes_back_from_its_html(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert plain_text_of(clean_rich_text(rich_text_of(text))) == text


@given(st.text(max_size=300))
def test_each_word_of_a_text_is_in_its_html_and_back(text: str) -> None:
    back = plain_text_of(clean_rich_text(rich_text_of(text)))
    words = re.findall(r"[a-zA-Z0-9]{1,300}", text)
    assert re.findall(r"[a-zA-Z0-9]{1,300}", back) == words


def test_lists_quotes_links_and_signatures_can_be_read_in_the_plain_text() -> None:
    assert plain_text_of(clean_rich_text(WRITTEN)) == PLAIN
    nested = rich_text_of(">> first\n> second\nthird")
    assert plain_text_of(nested).split("\n")[0] == ">> first"
    assert plain_text_of("<div>Bye</div><div>--</div><div>Ann</div>").split("\n") == [
        "Bye",
        "-- ",
        "Ann",
    ]


def test_mail_programs_are_told_what_a_quotation_looks_like_once() -> None:
    styled = with_mail_styles('<blockquote type="cite"><pre>x</pre></blockquote>')
    assert styled.startswith('<blockquote type="cite" style="margin:0 0 0 .8ex;border-left')
    assert with_mail_styles(styled) == styled == clean_rich_text(styled)


def test_a_design_with_a_style_sheet_or_a_ground_is_not_for_the_editor() -> None:
    assert can_be_edited("<html><head><meta charset=x></head><body><p>Hi <b>you</b></p></body>")
    for html in (
        "<style>p{color:red}</style><p>x",
        '<body bgcolor="red">x',
        "<form><p>x</form>",
        "<!--[if mso]><p>x</p><![endif]-->",
        "<o:p>x</o:p>",
    ):
        assert not can_be_edited(html), html


def sent_message(site: Site, form: dict[str, Any], **changes: Any) -> EmailMessage:
    posted = {**form, "do": "send", "to": "bob@far.example", **changes}
    assert site.client.post("/write/", posted).status_code == 302
    row = Outbox.objects.get()
    site.imap.select(row.folder)
    data = site.imap.uid("FETCH", str(row.uid), "(BODY.PEEK[])")[1][0]
    assert isinstance(data, tuple)
    message = message_from_bytes(data[1], policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def content_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_it_goes_out_as_html_with_a_plain_text_beside_it(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    attack = WRITTEN + "<img src=x onerror=alert(1)><script>alert(1)</script>"
    message = sent_message(site, form, html=attack, rich="1", subject="Rich")
    assert message.get_content_type() == "multipart/alternative"
    assert content_of(message, "plain").split() == PLAIN.split()
    html = content_of(message, "html")
    assert "<b>Bob</b>, caf\u00e9" in html and 'style="margin:0 0 0 .8ex' in html
    assert "alert" not in html and "onerror" not in html


def test_two_other_parsers_read_what_is_sent_alike(site: Site, dovecot_port: int) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    message = sent_message(site, form, html=WRITTEN, rich="1", subject="Parsed")
    octets = message.as_bytes(policy=policy.SMTP)
    seen = parsed_by_node(octets)
    assert seen["text"].split() == PLAIN.split()
    assert "<b>Bob</b>" in seen["html"] and seen["subject"] == "Parsed"
    structure = structure_of_dovecot(dovecot_port, octets)
    assert '"alternative"' in structure and '("text" "plain"' in structure
    assert structure.index('("text" "plain"') < structure.index('("text" "html"')


def parsed_by_node(octets: bytes) -> dict[str, Any]:
    """As the parser of another project sees it (mailparser of npm)."""
    node = shutil.which("node")
    if node is None or not Path("node_modules/mailparser").exists():
        pytest.skip("Node, or what its tests need, is not installed")
    script = (
        "const {simpleParser}=require('mailparser');"
        "simpleParser(process.stdin).then(m=>console.log(JSON.stringify("
        "{text:m.text,html:m.html,subject:m.subject,"
        "files:m.attachments.map(a=>[a.cid,a.related,a.contentType,a.size])})))"
    )
    command = [node, "--input-type=commonjs", "-e", script]
    ran = subprocess.run(command, input=octets, capture_output=True, timeout=60, check=True)
    words: dict[str, Any] = json.loads(ran.stdout)
    return words


def structure_of_dovecot(port: int, octets: bytes) -> str:
    """BODYSTRUCTURE as another server has it."""
    imap = imaplib.IMAP4("127.0.0.1", port, timeout=60)
    imap.login("parsed", "lemon")
    imap.append("INBOX", "", "", octets)
    imap.select("INBOX")
    answer = imap.fetch("*", "(BODYSTRUCTURE)")[1]
    imap.logout()
    return repr(answer[0])


def test_a_draft_has_each_word_once_and_is_edited_again_as_html(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    save(site, form, html=WRITTEN, rich="1", subject="Half")
    (draft,) = stored(site, "Drafts")
    assert draft.get_content_type() == "text/html"
    site.imap.select("Drafts")
    uid = site.imap.uid("SEARCH", "ALL")[1][0].decode()
    page = site.text(f"/mail/Drafts/{uid}/edit/")
    assert "data-rich" in page and "&lt;b&gt;Bob&lt;/b&gt;" in page
    assert "designed in" not in page
    assert fields(page)["text"].strip() == PLAIN


def test_without_a_script_the_words_may_be_changed_and_the_rest_stays(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    save(site, form, html=WRITTEN, rich="1", subject="Half")
    form.pop("rich")
    save(site, form, html=WRITTEN, text=f"{PLAIN}\n")
    assert stored(site, "Drafts")[0].get_content_type() == "text/html"
    save(site, form, html=WRITTEN, text="Other words")
    (draft,) = stored(site, "Drafts")
    assert draft.get_content_type() == "text/plain"
    assert str(draft.get_content()).strip() == "Other words"


def test_a_message_that_is_taken_back_is_written_on_as_html(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    sent_message(site, form, html=WRITTEN, rich="1", subject="Too soon")
    back = take_back(Outbox.objects.get())
    page = site.text(f"/mail/{back.folder}/{back.uid}/edit/")
    assert "data-rich" in page and "&lt;b&gt;Bob&lt;/b&gt;" in page


def test_who_prefers_plain_text_gets_a_plain_form(site: Site) -> None:
    uid = site.put(letter("Lunch", "12:30?\n"))
    assert "data-rich" in site.text("/write/")
    assert "data-rich" in site.text(f"/mail/INBOX/{uid}/reply/")
    account = get_user_model().objects.get(email=site.email)
    Preferences.objects.update_or_create(account=account, defaults={"rich_text": False})
    assert "data-rich" not in site.text("/write/")
    assert "data-rich" not in site.text(f"/mail/INBOX/{uid}/reply/")


def test_a_megabyte_that_was_pasted_is_saved_whole(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    words = "".join(f"<div>line {number} of what was pasted</div>" for number in range(30_000))
    assert len(words) > 1_000_000
    save(site, form, html=words, rich="1")
    (draft,) = stored(site, "Drafts")
    assert str(draft.get_content()).strip() == words
