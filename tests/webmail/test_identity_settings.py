"""What holds for messages from an address: signature, Reply-To, copies, folder of what is sent."""

from __future__ import annotations

import html
from email.message import EmailMessage
from typing import Any

import pytest

from webmail.html.fragment import clean_fragment
from webmail.models import Identity

from .test_identities import Team, handed_over, offered, team, write
from .test_views_drafts import stored
from .test_views_writing import fields
from .website import Site, letter

__all__ = ["team"]
PAGE = "/settings/identities/"


def settle(site: Site, status: int = 302, **typed: str) -> Any:
    answer = site.client.post(PAGE, {"address": site.email, "place": "above"} | typed)
    assert answer.status_code == status, answer.content
    return answer


def sent(site: Site, folder: str = "Sent") -> EmailMessage:
    (message,) = stored(site, folder)
    return message


def test_a_signature_stands_in_new_messages_and_above_or_below_a_quotation(site: Site) -> None:
    settle(site, text="Rea Reader\r\nLemon Street 1\r\n")
    assert (
        fields(site.text("/write/?subject=Hello"))["text"]
        == "\n\n-- \nRea Reader\nLemon Street 1\n"
    )
    assert fields(site.text("/write/?body=Hi"))["text"] == "Hi\n\n-- \nRea Reader\nLemon Street 1\n"
    uid = site.put(letter("Lunch", "12:30?\n", to=site.email))
    above = fields(site.text(f"/mail/INBOX/{uid}/reply/"))["text"]
    assert above.startswith("\n\nRea Reader\nLemon Street 1\n\nOn ") and "-- " not in above
    settle(site, text="Rea Reader\nLemon Street 1", place="below")
    for way in ("reply", "reply-all", "forward"):
        below = fields(site.text(f"/mail/INBOX/{uid}/{way}/"))["text"]
        assert below.endswith("12:30?\n\n-- \nRea Reader\nLemon Street 1\n"), below
    page = site.text(PAGE)
    assert "Lemon Street 1</textarea>" in page and 'value="below" checked' in page


def test_a_saved_draft_is_not_signed_again(site: Site) -> None:
    settle(site, text="Rea")
    saved = write(site, text="Words\n\n-- \nRea\n", do="save")
    assert fields(site.text(saved.headers["Location"]))["text"].count("-- ") == 1


def test_reply_to_a_blind_copy_and_a_folder_of_its_own(site: Site) -> None:
    site.imap.create("Kept")
    settle(site, reply_to="Desk <desk@far.example>", bcc="log@far.example", sent_folder="Kept")
    page = site.text("/write/")
    assert fields(page)["bcc"] == ["log@far.example"]
    write(site, to="bob@far.example")
    message = sent(site, "Kept")
    assert message["Reply-To"] == "Desk <desk@far.example>" and stored(site, "Sent") == []
    row = handed_over()
    assert row.folder == "Kept" and row.recipients == ["bob@far.example", "log@far.example"]


def test_a_folder_that_is_gone_is_no_reason_not_to_send(site: Site) -> None:
    site.imap.create("Kept")
    settle(site, sent_folder="Kept")
    site.imap.delete("Kept")
    write(site)
    assert sent(site)["Reply-To"] is None


def test_a_draft_of_another_program_keeps_its_own_reply_to(site: Site) -> None:
    settle(site, reply_to="desk@far.example")
    message = letter(sender=site.email)
    message["Reply-To"] = "other@far.example"
    uid = site.put(message, "Drafts", "(\\Draft)")
    filled = fields(site.text(f"/mail/Drafts/{uid}/edit/")) | {"do": "send"}
    assert site.client.post("/write/", filled).status_code == 302
    assert sent(site).get_all("Reply-To") == ["other@far.example"]


def test_each_address_has_its_own_and_the_script_is_told_of_both(site: Site, team: Team) -> None:
    settle(site, text="Rea")
    settle(site, address=team.shop, text="The Shop", bcc="log@far.example")
    uid = site.put(letter("Lunch", "12:30?\n", to=team.shop))
    filled = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    assert filled["text"].startswith("\n\nThe Shop\n") and filled["bcc"] == ["log@far.example"]
    answer = site.client.get(f"/write/sender/?before={site.email}&after={team.shop}").json()
    assert answer["before"] == {"text": "Rea", "html": "Rea", "bcc": ""}
    assert answer["after"] == {"text": "The Shop", "html": "The Shop", "bcc": "log@far.example"}
    other = site.client.get("/write/sender/?before=x&after=ceo@lemonade.test").json()
    assert other["after"]["text"] == ""


def test_one_is_the_default_until_it_is_no_more(site: Site, team: Team) -> None:
    write(site, sender=team.shop)
    assert offered(site.text("/write/"))[1] == team.shop
    settle(site, address=team.team, is_default="on")
    settle(site, address=site.email, is_default="on")
    assert Identity.objects.filter(is_default=True).count() == 1
    assert offered(site.text("/write/"))[1] == site.email
    settle(site, address=site.email)
    assert offered(site.text("/write/"))[1] == team.shop


@pytest.mark.parametrize("spelled", ["team", "team+lists"])
def test_an_answer_to_a_list_or_a_blind_copy_is_from_where_it_was_delivered_to(
    site: Site, team: Team, spelled: str
) -> None:
    address = team.team.replace("@", "+lists@") if "+" in spelled else team.team
    message = letter(to="Lemons <lemons@lists.example>")
    message["List-Post"] = "<mailto:lemons@lists.example>"
    message["Delivered-To"] = site.email
    message["X-Original-To"] = address
    uid = site.put(message)
    assert offered(site.text(f"/mail/INBOX/{uid}/reply/"))[1] == address
    mine = letter(to="undisclosed@far.example")
    mine["List-Post"] = f"<mailto:{team.shop}?subject=x>"
    assert offered(site.text(f"/mail/INBOX/{site.put(mine)}/reply/"))[1] == team.shop


def test_html_of_a_signature_is_cleaned_and_that_is_said(site: Site) -> None:
    given = (
        '<p onclick="x()">Rea <b style="color:red;position:fixed">Reader</b></p>'
        "<script>x()</script>"
        '<a href="javascript:x()">x</a><img src="https://far.example/a.png" alt="logo"><img src=x>'
    )
    settle(site, html=given, text="unused")
    page = html.unescape(site.text(PAGE))
    assert "without what mail can't have: onclick, <script>, javascript:." in page
    row = Identity.objects.get()
    assert row.signature_html == (
        '<p>Rea <b style="color:red">Reader</b></p><a>x</a>'
        '<img src="https://far.example/a.png" alt="logo"><img>'
    )
    assert row.signature_text.startswith("Rea Reader\n")
    assert "Rea Reader" in fields(site.text("/write/?subject=Hello"))["text"]


def test_what_can_not_be_used_is_said_and_nothing_is_kept(site: Site) -> None:
    for typed, words in (
        ({"reply_to": "desk"}, "Reply-To: “desk” is not an address"),
        ({"bcc": ",".join(f"a{i}@x.example" for i in range(21))}, "At most 20 addresses"),
        ({"sent_folder": "Nowhere"}, "Choose a folder"),
        ({"text": "x" * 5001}, "too long"),
    ):
        page = html.unescape(settle(site, status=400, **typed).content.decode())
        assert words in page
    assert not Identity.objects.exists()
    assert site.client.get(f"{PAGE}?address=ceo@lemonade.test").status_code == 404
    assert site.client.post(PAGE, {"address": "ceo@lemonade.test"}).status_code == 404


def test_a_fragment_that_is_a_page_comes_out_without_a_word() -> None:
    page = "<html><head><title>x</title><style>p{}</style></head><body><p>Hi</p></body></html>"
    found = clean_fragment(page)
    assert found.html == "<p>Hi</p>" and found.removed == ()
    assert clean_fragment("a" * 100_000 + "<" * 10_000).removed == ()


@pytest.mark.parametrize("empty", ["<div><br></div>", "<p>&nbsp;</p>\n", "<b></b>"])
def test_what_an_empty_editor_leaves_is_no_signature(site: Site, empty: str) -> None:
    assert clean_fragment(empty).html == ""
    settle(site, html=empty)
    assert fields(site.text("/write/"))["text"].strip() == ""
    assert clean_fragment('<img src="https://x.example/a.png">').html
    assert clean_fragment("<hr>").html


@pytest.mark.parametrize("page", [PAGE, "/settings/templates/"])
def test_it_is_written_in_the_editor_of_messages(site: Site, page: str) -> None:
    words = site.client.get(page).content.decode()
    assert words.count("data-editor=") == words.count("<template data-tools") == 1
    assert 'data-area="text"' in words and 'data-area="html"' in words
    assert '"losesFormat"' in words
