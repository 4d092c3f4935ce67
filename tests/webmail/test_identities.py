"""From which address somebody writes: chosen, remembered, and the right one in an answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from webmail.models import Identity, Outbox
from webmail.outgoing import attempts

from .test_views_writing import fields
from .website import Site, letter


class Team:
    """Two addresses that lead to the reader, one of them to somebody else too."""

    def __init__(self, site: Site) -> None:
        name = site.email.partition("@")[0]
        self.team, self.shop = f"team-{name}@lemonade.test", f"shop-{name}@lemonade.test"
        self.addresses = [site.email, self.shop, self.team]
        server = site.server
        server.call("add_alias", self.team, server.add_account(), site.email)
        server.call("add_alias", self.shop, site.email)


@pytest.fixture
def team(site: Site) -> Iterator[Team]:
    yield Team(site)


def offered(page: str) -> tuple[list[str], str]:
    """The addresses to choose from, and the one that is chosen."""
    select = page.split('name="sender"', 1)[1].split("</select>")[0]
    chosen = re.search(r'value="([^"]+)" selected', select)
    assert chosen is not None
    return re.findall(r'value="([^"]+)"', select), chosen[1]


def write(site: Site, **changed: str) -> Any:
    filled = fields(site.text("/write/?subject=Hello")) | {
        "to": "bob@far.example",
        "text": "x",
        "do": "send",
    }
    return site.client.post("/write/", filled | changed)


def handed_over() -> Outbox:
    """The one message on its way, as soon as it can no longer be taken back."""
    row = Outbox.objects.get()
    Outbox.objects.update(next_attempt_at=row.created_at)
    attempts.attempt(row.pk)
    row.refresh_from_db()
    assert row.state == Outbox.State.ACCEPTED, row.reply
    return row


def test_who_has_one_address_sees_no_choice(site: Site) -> None:
    page = site.text("/write/")
    assert "c-sender" not in page and fields(page)["sender"] == [site.email]
    write(site)
    assert Outbox.objects.get().sender == site.email and not Identity.objects.exists()


def test_an_alias_is_chosen_accepted_and_remembered(site: Site, team: Team) -> None:
    assert offered(site.text("/write/")) == (team.addresses, site.email)
    write(site, sender=team.shop, to=site.email)
    assert handed_over().sender == team.shop
    _, sent = site.imap.select("INBOX")
    assert sent == [b"1"]
    header = str(site.imap.fetch("1", "(BODY.PEEK[HEADER.FIELDS (From Return-Path)])")[1])
    assert f"From: Rea Reader <{team.shop}>" in header and f"Return-Path: <{team.shop}>" in header
    assert offered(site.text("/write/")) == (team.addresses, team.shop)


@pytest.mark.parametrize("way", ["reply", "reply-all"])
def test_an_answer_is_from_the_address_that_it_was_sent_to(
    site: Site, team: Team, way: str
) -> None:
    uid = site.put(letter(to=f"Team <{team.team.upper()}>, Bob <bob@far.example>"))
    page = site.text(f"/mail/INBOX/{uid}/{way}/")
    assert offered(page)[1] == team.team
    filled = fields(page)
    # None of the own addresses gets the answer.
    assert filled["cc"] == ([""] if way == "reply" else ["Bob <bob@far.example>"])
    filled |= {"sender": team.team, "do": "send"}
    assert site.client.post("/write/", filled).status_code == 302
    assert Outbox.objects.get().sender == team.team
    assert offered(site.text("/write/"))[1] == site.email, "an answer changes no habit"


def test_one_with_a_detail_and_one_that_names_nobody(site: Site, team: Team) -> None:
    local, _, domain = site.email.partition("@")
    uid = site.put(letter(to=f"{local}+shop@{domain}"))
    page = site.text(f"/mail/INBOX/{uid}/reply/")
    assert offered(page) == ([*team.addresses, f"{local}+shop@{domain}"], f"{local}+shop@{domain}")
    filled = fields(page) | {"sender": f"{local}+shop@{domain}", "to": site.email, "do": "send"}
    site.client.post("/write/", filled)
    assert handed_over().sender == f"{local}+shop@{domain}"
    blind = site.put(letter(to="list@far.example"))
    assert offered(site.text(f"/mail/INBOX/{blind}/reply/"))[1] == site.email


def test_another_name_of_the_domain(site: Site) -> None:
    site.server.call("name_domain", "lemons.example", "lemonade.test")
    other = site.email.replace("@lemonade.test", "@lemons.example")
    try:
        uid = site.put(letter(to=other))
        page = site.text(f"/mail/INBOX/{uid}/reply/")
        assert offered(page) == ([site.email, other], other)
    finally:
        site.server.call("name_domain", "lemons.example", "")


def test_nobody_writes_as_somebody_else(site: Site, team: Team) -> None:
    for sender in ("ceo@lemonade.test", "Rea <ceo@lemonade.test>", f"{team.team}, x@y.example"):
        for do in ("send", "save"):
            answer = write(site, sender=sender, do=do)
            page = answer.content.decode()
            assert answer.status_code == 400 and "is not an address of yours" in html.unescape(page)
            assert offered(page)[1] == site.email
    assert not Outbox.objects.exists()


def test_each_address_has_its_name(site: Site, team: Team) -> None:
    page = site.text("/settings/")
    assert page.count('value="Rea Reader"') == 3
    names = {"address": [*team.addresses, "ceo@lemonade.test"]}
    given = [" Rea\r\nReader ", "The “Shop”, Zoë", "", "The Boss"]
    assert site.client.post("/settings/names/", names | {"name": given}).status_code == 302
    assert Identity.objects.count() == 3 and not Identity.objects.filter(address__startswith="ceo")
    page = html.unescape(site.text("/write/"))
    assert f"The “Shop”, Zoë <{team.shop}>" in page and f"Rea Reader <{team.team}>" in page
    write(site, sender=team.shop, to=site.email)
    handed_over()
    site.imap.select("INBOX")

    envelope = str(site.imap.fetch("1", "(ENVELOPE)")[1])
    assert "=?utf-8?" in envelope and team.shop.partition("@")[0] in envelope


def test_a_draft_keeps_its_address(site: Site, team: Team) -> None:
    saved = write(site, sender=team.team, do="save")
    assert offered(site.text(saved.headers["Location"]))[1] == team.team
    theirs = site.put(letter(sender="Bob <bob@far.example>"), "Drafts", "\\Draft")
    assert offered(site.text(f"/mail/Drafts/{theirs}/edit/"))[1] == site.email
