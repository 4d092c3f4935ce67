"""What no page of ours sends: every address with nonsense in it gets an answer in words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from webmail.models import Outbox

from .website import Site, letter

HUGE = "9" * 5_000
ODD = [HUGE, "99999999999999999999", "4294967296", "-1", "0", "\u0661", "\0", "1\r\nA1 LOGOUT", "x"]


@pytest.mark.parametrize("odd", ODD)
def test_numbers_that_are_none(site: Site, odd: str) -> None:
    uid = site.put(letter())
    answers = [
        site.client.get("/mail/INBOX/", {"before": odd}),
        site.client.get("/mail/INBOX/changes/", {"validity": odd, "modseq": "1"}),
        site.client.get("/mail/INBOX/changes/", {"validity": "1", "modseq": odd}),
        site.client.get("/mail/INBOX/changes/", {"validity": "1", "modseq": "1", "known": odd}),
        site.client.get(f"/mail/INBOX/{uid}/picture/1/thumb/", {"page": odd}),
        site.client.get("/filters/", {"rule": odd}),
        site.client.post("/mail/INBOX/act/", {"do": "flag", "uid": odd}),
        site.client.post("/mail/INBOX/act/", {"do": "flag", "uid": uid, "validity": odd}),
        site.client.post("/filters/rule/", {"do": "save", "number": odd}),
        site.client.post("/filters/away/", {"on": "1", "text": "x", "days": odd}),
        site.client.post("/write/", {"do": "save", "offered": f"{odd}.{odd}.1.INBOX"}),
        site.client.post("/write/", {"do": "save", "source": f"reply.{odd}.{odd}.INBOX"}),
        site.client.post("/write/", {"do": "save", "replaces": f"{odd}.{odd}.INBOX"}),
    ]
    assert all(answer.status_code < 500 for answer in answers)


@pytest.mark.parametrize(
    "name", ["INBOX%0d%0aA1%20LOGOUT", "%00", "a%22b", "*", "%25", "x" * 3_000, "~3", "..%2F.."]
)
def test_folders_that_there_are_not(site: Site, name: str) -> None:
    for rest in ("", "1/", "1/html/", "1/source/", "1/reply/", "1/part/1/x", "share/"):
        assert site.client.get(f"/mail/{name}/{rest}").status_code in (404, 409)


def test_parts_that_there_are_not(site: Site) -> None:
    uid = site.put(letter())
    for section in ("0", "9", "1.1", "HEADER", "1.MIME", "TEXT", "]", "1%0d%0a", "1." * 400 + "1"):
        answer = site.client.get(f"/mail/INBOX/{uid}/part/{section}/x")
        assert answer.status_code == 404, section


def test_nothing_of_a_form_becomes_a_header(site: Site) -> None:
    fields = {
        "subject": "a\r\nX-One: 1",
        "in_reply_to": "<a@b>\r\nX-Two: 2",
        "references": "<a@b>\r\n\r\nX-Three: 3",
        "to": "bob@lemonade.test",
        "do": "save",
    }
    assert site.client.post("/write/", fields).status_code == 302
    site.imap.select("Drafts")
    _, found = site.imap.uid("FETCH", "1:*", "(BODY.PEEK[HEADER])")
    header = found[0][1].decode()
    assert "Subject: a X-One: 1\r\n" in header
    assert not any(line.startswith("X-") for line in header.splitlines())


def test_what_a_database_can_not_hold_is_not_given_to_it(site: Site) -> None:
    fields = {"subject": "a\0b", "to": site.email, "text": "x\0y", "do": "send"}
    assert site.client.post("/write/", fields).status_code == 302
    assert "\0" not in Outbox.objects.get().subject
    with CaptureQueriesContext(connection) as asked:
        assert site.client.get("/way/", {"message": "a\0b"}).status_code == 404
    assert not any("webmail_outbox" in query["sql"] for query in asked)


def test_no_single_message_makes_every_page_heavy(site: Site) -> None:
    """It would cost whoever pays for each octet, at each look into the folder."""
    uid = site.put(letter("x" * 300_000, sender=f"{'y' * 100_000} <a@far.example>"))
    crowd = ", ".join(f"u{number}@far.example" for number in range(5_000))
    other = site.put(letter("Crowd", to=crowd))
    site.put(letter("Crowd", to=crowd), "Sent")
    assert len(site.text("/mail/INBOX/")) < 40_000
    assert len(site.text("/mail/Sent/")) < 30_000
    assert len(site.text(f"/mail/INBOX/{uid}/")) < 50_000
    page = site.text(f"/mail/INBOX/{other}/")
    assert "u199@far.example and 4800 more" in page and len(page) < 50_000
