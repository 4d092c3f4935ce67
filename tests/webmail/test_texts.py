"""Subjects, names, groups, dates and the words of HTML, as they are shown, answered and sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from webmail.mail.message.texts import addresses, sent_date
from webmail.models import Preferences

from .test_identities import Team
from .test_views_writing import fields
from .website import Site, letter

PERSIAN = "می\u200cخواهم 👩\u200d👧"
NAME = "علی\u200cرضا 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
PRE = """<p>Run this:</p><pre>if x:
    go()
else:
    stop()</pre><p>Second paragraph.</p><p>Third <a href="https://away.example/long">link here</a>.
</p><ul><li>one</li></ul><table><tr><td>Tea</td><td>3</td></tr></table><blockquote>Older</blockquote>
"""


def marked_up(html: str) -> Any:
    message = letter("Page")
    message.set_content(html, subtype="html")
    return message


def test_joiners_are_shown_answered_and_sent(site: Site) -> None:
    uid = site.put(letter(PERSIAN, f"{PERSIAN}\n", sender=f"{NAME} <ali@far.example>"))
    page = site.text(f"/mail/INBOX/{uid}/")
    row = page.split(f'id="m{uid}"')[1].split("</li>")[0]
    assert row.count(PERSIAN) >= 2 and NAME in row, "subject, preview and sender of the list"
    assert page.count(PERSIAN) >= 4 and page.count(NAME) >= 2
    filled = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    assert filled["subject"] == [f"Re: {PERSIAN}"] and f"> {PERSIAN}" in filled["text"]
    assert filled["to"] == [f"{NAME} <ali@far.example>"]
    assert site.client.post("/write/", filled | {"do": "save"}).status_code == 302
    draft = site.text("/mail/Drafts/")
    assert f"Re: {PERSIAN}" in draft and NAME in draft


def test_what_turns_words_around_is_not_shown(site: Site) -> None:
    uid = site.put(letter("a\u202egnp.exe", sender="Bank \u2066x\u2069 <a@far.example>"))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert not set(page) & set("\u202e\u2066\u2069")


def test_no_address_hides_a_character() -> None:
    found = addresses([[b"A", None, "alice\u200c".encode(), b"x.example"]])
    assert found[0].address == "alice\ufffd@x.example"


def test_groups_are_named_without_brackets(site: Site) -> None:
    message = letter(to="undisclosed-recipients:;")
    message["Cc"] = 'Team Rot: "Ann, B." <ann@in.example>, bob@in.example;, carl@in.example'
    page = site.text(f"/mail/INBOX/{site.put(message)}/")
    assert "undisclosed-recipients" in page and "Team Rot" in page
    assert "&lt;&gt;" not in page and "ann@in.example" in page


def test_a_local_part_alone_is_shown_as_it_is(site: Site) -> None:
    raw = letter("Cron").as_bytes().replace(b"Maria Oliveira <maria@far.example>", b"root (Daemon)")
    page = site.text(f"/mail/INBOX/{site.put(raw)}/")
    assert "Daemon" in page and "&lt;root&gt;" in page and "root@" not in page
    assert str(addresses([[None, None, b"root", b"MISSING_DOMAIN"]])[0]) == "root"


def test_nobody_answers_to_an_own_address(site: Site) -> None:
    team = Team(site)
    message = letter(to=f"{team.shop}, dan@far.example")
    message["Reply-To"] = f"list@far.example, {team.team.upper()}, Me <{site.email}>"
    message["Cc"] = f"Carl <carl@far.example>, {team.team}"
    uid = site.put(message)
    answer = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    assert (answer["to"], answer["cc"]) == (["list@far.example"], [""])
    answer = fields(site.text(f"/mail/INBOX/{uid}/reply-all/"))
    assert answer["to"] == ["list@far.example"]
    assert answer["cc"] == ["dan@far.example, Carl <carl@far.example>"]


@pytest.mark.parametrize("reply_to", ["{me}", "nobody:;"])
def test_a_reply_that_would_reach_nobody_else_goes_to_the_author(site: Site, reply_to: str) -> None:
    message = letter()
    message["Reply-To"] = reply_to.format(me=site.email)
    answer = fields(site.text(f"/mail/INBOX/{site.put(message)}/reply/"))
    assert answer["to"] == ["Maria Oliveira <maria@far.example>"]


def test_who_answers_their_own_message_is_left_out(site: Site) -> None:
    message = letter(sender=site.email, to=f"bob@far.example, {site.email}")
    answer = fields(site.text(f"/mail/INBOX/{site.put(message)}/reply-all/"))
    assert answer["to"] == ["bob@far.example"] and answer["cc"] == [""]


@pytest.mark.parametrize("zone", ["+0200", "+02:00", "GMT+02:00", "UTC+2"])
def test_zones_as_they_are_written(site: Site, zone: str) -> None:
    octets = letter(zone).as_bytes().replace(b"05:00:00 +0000", f"07:00:00 {zone}".encode())
    assert "2026-11-24T05:00+00:00" in site.text(f"/mail/INBOX/{site.put(octets)}/")


def test_a_date_that_some_zones_do_not_have_is_not_shown() -> None:
    received = datetime(2026, 11, 24, tzinfo=UTC)
    assert sent_date(b"1 Jan 1 00:00:00 +0200", received) == received
    assert sent_date(b"1 Jan 0001 00:00:00 +0200", received) == received
    assert sent_date(None, received) == sent_date(b"soon", received) == received


def test_html_keeps_its_layout_as_plain_text(site: Site) -> None:
    uid = site.put(marked_up(PRE))
    quoted = fields(site.text(f"/mail/INBOX/{uid}/reply/"))["text"]
    assert quoted.split("wrote:\n", 1)[1] == (
        "> Run this:\n>\n> if x:\n>     go()\n> else:\n>     stop()\n>\n> Second paragraph.\n>\n"
        "> Third link here <https://away.example/long>.\n>\n> - one\n>\n> Tea\t3\n>\n>> Older\n"
    )
    Preferences.objects.update_or_create(account=site.account, defaults={"rich_text": False})
    forwarded = fields(site.text(f"/mail/INBOX/{uid}/forward/"))["text"]
    assert "\nif x:\n    go()\n" in forwarded and "\n> Older" in forwarded
    plain = site.text(f"/mail/INBOX/{uid}/?view=plain")
    assert "\n    go()\n" in plain and '<blockquote class="quote">' in plain
