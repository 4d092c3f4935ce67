"""Who was written to is offered again: remembered once a message is accepted, and not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.webmail.test_views_writing import fields
from tests.webmail.website import Site, letter
from webmail.contacts.models import Correspondent
from webmail.mail import Address
from webmail.models import Outbox
from webmail.outgoing import attempts
from webmail.people import address_book, correspondents
from webmail.people.vcard.card import parse_vcard

JPEG = "/9j/4AAQ"  # how one begins, in base64


def write(site: Site, path: str = "/write/", **changed: str) -> None:
    filled = fields(site.text(path)) | {"text": "x", "do": "send"}
    answer = site.client.post("/write/", filled | changed)
    assert answer.status_code == 302, answer.content


def hand_over() -> None:
    row = Outbox.objects.latest("created_at")
    Outbox.objects.update(next_attempt_at=row.created_at)
    attempts.attempt(row.pk)
    row.refresh_from_db()
    assert row.state == Outbox.State.ACCEPTED, row.reply
    assert row.remembered == []


def offered(site: Site, letters: str) -> list[dict[str, Any]]:
    answer: Any = site.client.get("/people/suggestions/", {"q": letters})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["people"]
    return found


def remember(site: Site, *people: Address, days_ago: float = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    correspondents.remember(site.account.pk, people, at)


def keep(site: Site, *lines: str) -> Any:
    text = "\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD"])
    return address_book.save(site.account.pk, parse_vcard(text))


def test_who_was_written_to_is_offered_once_the_message_is_accepted(site: Site) -> None:
    write(site, to="Bob Far <bob@far.example>", bcc="carol@far.example", subject="Words")
    assert offered(site, "bob") == []
    hand_over()
    (bob,) = offered(site, "bob")
    assert (bob["name"], bob["address"]) == ("Bob Far", "bob@far.example")
    assert bob["label"] == "Bob Far <bob@far.example>"
    assert [one["address"] for one in offered(site, "far.ex")] == [
        "bob@far.example",
        "carol@far.example",
    ]
    row = Correspondent.objects.get(key="bob@far.example")
    assert row.uses == 1


def test_who_answers_junk_makes_no_friends(site: Site) -> None:
    uid = site.put(letter(sender="Spam <spam@evil.example>"), "Junk")
    write(site, f"/mail/Junk/{uid}/reply/")
    hand_over()
    assert not Correspondent.objects.exists()


def test_it_can_be_switched_off_and_forgotten(site: Site) -> None:
    remember(site, Address("Bob", "bob@far.example"), Address("", "carol@far.example"))
    assert correspondents.forget(site.account.pk, ["BOB@far.example"]) == 1
    assert offered(site, "bob") == []
    assert len(offered(site, "carol")) == 1
    correspondents.switch(site.account.pk, on=False)
    remember(site, Address("Dora", "dora@far.example"))
    assert offered(site, "dora") == []
    correspondents.forget(site.account.pk)
    assert not Correspondent.objects.exists()


def test_use_and_freshness_make_the_order(site: Site) -> None:
    often, fresh = Address("", "often@x.example"), Address("", "fresh@x.example")
    old = Address("", "old@x.example")
    for days in (90, 89, 88, 4, 3):
        remember(site, often, days_ago=days)
    for days in (200, 199, 198, 197, 196, 195):
        remember(site, old, days_ago=days)
    remember(site, fresh)
    found = [one["address"] for one in offered(site, "x.example")]
    assert found == ["often@x.example", "fresh@x.example", "old@x.example"]
    remember(site, fresh)
    remember(site, fresh)
    assert offered(site, "x.example")[0]["address"] == "fresh@x.example"


def test_those_that_count_least_go_first(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correspondents, "MOST", 3)
    monkeypatch.setattr(correspondents, "SPARE", 1)
    for number in range(5):
        remember(site, Address("", f"p{number}@x.example"), days_ago=100 - number)
    kept = set(Correspondent.objects.values_list("key", flat=True))
    assert kept == {f"p{number}@x.example" for number in (2, 3, 4)}


def test_contacts_bring_names_photographs_and_groups(site: Site) -> None:
    keep(site, "UID:1", "FN:Ann Lee", "EMAIL:ann@x.example", f"PHOTO:data:image/jpeg;base64,{JPEG}")
    keep(site, "UID:2", "FN:Lee\\, Bert", "EMAIL:bert@x.example", "EMAIL;PREF=1:b@work.example")
    keep(site, "FN:Leisure", "KIND:group", "MEMBER:urn:uuid:1", "MEMBER:urn:uuid:2")
    remember(site, Address("ann l.", "ann@x.example"), Address("Leo", "leo@x.example"))
    group, *people = offered(site, "le")
    assert group["name"] == "Leisure"
    assert group["label"] == 'Ann Lee <ann@x.example>, "Lee, Bert" <b@work.example>'
    assert [one["address"] for one in people] == [
        "ann@x.example",
        "leo@x.example",
        "b@work.example",
        "bert@x.example",
    ]
    assert people[0]["name"] == "Ann Lee"
    picture: Any = site.client.get(people[0]["photo"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert "sandbox" in picture["Content-Security-Policy"]
    assert [one["address"] for one in offered(site, "bert@x")] == ["bert@x.example"]


def test_colleagues_are_offered_where_the_operator_says_so(site: Site, settings: Any) -> None:
    site.server.call("set_account", site.server.add_account("quentin"), {"name": "Quentin Ämt"})
    settings.WEBMAIL_COLLEAGUES = ""
    assert offered(site, "quentin") == []
    settings.WEBMAIL_COLLEAGUES = "tests.webmail.link.colleagues"
    (one,) = offered(site, "quentin")
    assert one["name"] == "Quentin Ämt"
    assert [each["name"] for each in offered(site, "ämt")] == ["Quentin Ämt"]
    assert offered(site, site.email) == []  # oneself is none
    remember(site, Address("Q.", one["address"]))
    assert [each["name"] for each in offered(site, "q")] == ["Q."]  # once


def test_a_stranger_is_offered_nobody(site: Site) -> None:
    remember(site, Address("Bob", "bob@far.example"))
    site.client.logout()
    answer = site.client.get("/people/suggestions/", {"q": "bob"}, headers={"X-Pane": "people"})
    assert answer.status_code == 401
    assert b"bob@" not in answer.content
