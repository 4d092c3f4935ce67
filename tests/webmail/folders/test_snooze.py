"""Snooze: out of sight, and back on top of where it was, unread, for every client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.webmail.website import Site, letter
from webmail import mail
from webmail.mail import MailSession
from webmail.models import Snooze
from webmail.snooze import snoozes, tasks

SCRIPT = {"X-Pane": "1"}


def press(site: Site, uid: Any, status: int = 200, folder: str = "INBOX", **more: str) -> Any:
    fields = {"uid": uid, "snooze": "tomorrow", **more}
    answer = site.client.post(f"/mail/{folder}/act/", fields, headers=SCRIPT)
    assert answer.status_code == status, answer.content
    return answer.json()


def be_due(site: Site, **more: Any) -> None:
    """Its time comes."""
    past = timezone.now() - timedelta(hours=1)
    Snooze.objects.filter(account=site.account).update(until=past, **more)


def stable_flags(line: bytes) -> str:
    """Those of a FETCH response but \\Recent, which is of a session."""
    words = line.split(b"FLAGS (")[1].split(b")")[0].decode().split()
    return " ".join(sorted(word for word in words if word != "\\Recent"))


def messages(site: Site, folder: str) -> list[str]:
    """What another program sees: flags and subject of each, in order of arrival."""
    site.imap.select(folder)
    _, found = site.imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    return [
        f"{stable_flags(piece[0])}|{piece[1].decode().strip()[9:]}"
        for piece in found
        if isinstance(piece, tuple)
    ]


def test_it_goes_and_is_back_on_top_unread_once(site: Site) -> None:
    first = site.put(letter("Wanted later"), flags="(\\Seen \\Flagged work)")
    site.put(letter("Newer"))
    words = press(site, first)
    assert words["text"].startswith("Snoozed until ")
    assert messages(site, "INBOX") == ["|Newer"]
    assert messages(site, "Snoozed") == ["\\Flagged \\Seen work|Wanted later"]
    assert "Wanted later" in site.text("/mail/Snoozed/")
    snoozes.run(site.account.pk)
    assert len(messages(site, "Snoozed")) == 1, "its time has not come"
    be_due(site)
    assert snoozes.accounts_due() == [site.account.pk]
    before = timezone.now() - timedelta(seconds=2)
    snoozes.run(site.account.pk)
    snoozes.run(site.account.pk)
    assert messages(site, "INBOX") == ["|Newer", "\\Flagged work|Wanted later"]
    assert messages(site, "Snoozed") == []
    with mail.session(site.email) as session:
        rows = session.page("INBOX").rows
    assert rows[0].subject == "Wanted later" and rows[0].received >= before.replace(microsecond=0)
    assert not Snooze.objects.filter(account=site.account).exists()


def test_two_beats_at_once_return_it_once(site: Site) -> None:
    press(site, site.put(letter("Only once")))
    be_due(site)
    row = Snooze.objects.get(account=site.account)
    with mail.session(site.email) as session:
        assert Snooze.objects.filter(pk=row.pk).update(lease_until=None)
        assert snoozes.settle(session, row)  # who has the lease
        row.pk = Snooze.objects.create(
            account=site.account,
            until=row.until,
            origin=row.origin,
            folder=row.folder,
            uidvalidity=row.uidvalidity,
            uid=row.uid,
        ).pk  # and who came just as well
        assert not snoozes.settle(session, row)
    assert messages(site, "INBOX") == ["|Only once"]
    press(site, 2)
    be_due(site, lease_until=timezone.now() + timedelta(minutes=5))
    snoozes.run(site.account.pk)
    assert messages(site, "INBOX") == [], "another one has the lease"
    be_due(site, lease_until=timezone.now() + timedelta(days=1))  # the clock was a day ahead
    snoozes.run(site.account.pk)
    assert messages(site, "INBOX") == ["|Only once"]


def test_a_move_of_which_nobody_heard_is_found_again(site: Site) -> None:
    uids = [site.put(letter(f"Number {n}", message_id=f"<{n}@far.example>")) for n in (1, 2)]
    press(site, uids)
    long_ago = timezone.now() - timedelta(hours=1)
    Snooze.objects.filter(account=site.account).update(uid=0, created_at=long_ago)
    snoozes.run(site.account.pk)
    assert sorted(Snooze.objects.filter(account=site.account).values_list("uid", flat=True)) == [
        1,
        2,
    ]
    be_due(site)
    snoozes.run(site.account.pk)
    assert sorted(messages(site, "INBOX")) == ["|Number 1", "|Number 2"]


def test_a_move_that_never_was_leaves_no_row(site: Site) -> None:
    press(site, site.put(letter("Stays")))
    site.imap.select("Snoozed")
    site.imap.uid("MOVE", "1", "INBOX")  # another device takes it back
    be_due(site)
    snoozes.run(site.account.pk)
    assert messages(site, "INBOX") == ["|Stays"]
    assert not Snooze.objects.filter(account=site.account).exists()


def test_two_devices_snooze_and_move_the_same_mail(site: Site) -> None:
    uid = site.put(letter("Both want it"))
    press(site, uid)
    assert "not in this folder any more" in press(site, uid, status=404)["text"]
    assert Snooze.objects.filter(account=site.account).count() == 1
    site.imap.select("Snoozed")
    site.imap.uid("MOVE", "1", "Archive")
    press(site, 1, folder="Snoozed", status=404)
    be_due(site)
    snoozes.run(site.account.pk)
    assert messages(site, "Archive") == ["|Both want it"] and messages(site, "INBOX") == []


def test_where_it_was_is_gone_or_has_another_name(site: Site) -> None:
    for name in ("Trips", "Doomed"):
        site.imap.create(name)
        press(site, site.put(letter(f"Of {name}"), name), folder=name)
    site.client.post("/mail/Trips/manage/", {"do": "rename", "label": "Journeys", "parent": ""})
    site.imap.delete("Doomed")
    be_due(site)
    snoozes.run(site.account.pk)
    assert messages(site, "Journeys") == ["|Of Trips"] and messages(site, "INBOX") == ["|Of Doomed"]


def test_undo_another_time_and_back_now(site: Site) -> None:
    uid = site.put(letter("Changed my mind"), flags="(\\Seen)")
    words = press(site, uid)
    site.client.post(words["undo"]["url"], words["undo"]["fields"], headers=SCRIPT)
    assert messages(site, "INBOX") == ["\\Seen|Changed my mind"]
    press(site, 2)
    press(site, 2, folder="Snoozed", snooze="week")
    row = Snooze.objects.get(account=site.account, uid=2)
    assert row.origin == "INBOX" and row.until > timezone.now() + timedelta(hours=12)
    page = site.text("/mail/Snoozed/2/")
    assert "Snoozed until" in page and 'name="snooze" value="now"' in page
    assert press(site, 2, folder="Snoozed", snooze="now")["text"] == "Message is back."
    assert messages(site, "INBOX") == ["|Changed my mind"] and messages(site, "Snoozed") == []


def test_what_another_program_put_there_waits_for_its_reader(site: Site) -> None:
    site.imap.create("Snoozed")
    uid = site.put(letter("By hand"), "Snoozed")
    assert "No time is set for this message" in site.text(f"/mail/Snoozed/{uid}/")
    assert press(site, uid, folder="Snoozed", snooze="now")["text"] == "Message is back."
    assert messages(site, "INBOX") == ["|By hand"]


def test_that_it_stands_still_is_said(site: Site) -> None:
    press(site, site.put(letter("Late")))
    assert "should be back by now" not in site.text("/mail/INBOX/")
    be_due(site)
    for folder in ("INBOX", "Snoozed"):
        assert "1 snoozed message should be back by now" in site.text(f"/mail/{folder}/")
    assert "Late" in site.text("/mail/Snoozed/")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"snooze": "at", "snooze_at": "soon"}, "Until when can't be read"),
        ({"snooze": "at", "snooze_at": ""}, "Until when can't be read"),
        ({"snooze": "at", "snooze_at": "2001-01-01T08:00"}, "That time has passed"),
        ({"snooze": "at", "snooze_at": "9999-12-31T23:59"}, "too far ahead"),
        ({"snooze": "explode"}, "There is no such action"),
        ({"all": "1", "upto": "9"}, "one by one"),
    ],
)
def test_times_that_can_not_be(site: Site, fields: dict[str, str], says: str) -> None:
    uid = site.put(letter("Stays"))
    assert says in press(site, uid, status=409, **fields)["text"]
    assert messages(site, "INBOX") == ["|Stays"] and not Snooze.objects.exists()


def test_without_script_and_at_any_time(site: Site) -> None:
    uid = site.put(letter("By form"))
    page = site.text("/mail/INBOX/")
    assert 'id="bulk-snooze"' in page and 'name="snooze_at" type="datetime-local"' in page
    at = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    fields = {"uid": uid, "snooze": "at", "snooze_at": at, "back": "/mail/INBOX/"}
    answer = site.client.post("/mail/INBOX/act/", fields)
    assert answer.headers["Location"] == "/mail/INBOX/"
    assert "Snoozed until" in site.text("/mail/INBOX/")
    assert timezone.localtime(Snooze.objects.get().until).strftime("%Y-%m-%dT%H:%M") == at


def test_a_conversation_goes_and_comes_as_one(site: Site) -> None:
    site.set_conversations(on=True)
    site.put(letter("Plans", message_id="<a@far.example>"))
    answer = letter("Re: Plans", message_id="<b@far.example>")
    answer["In-Reply-To"] = "<a@far.example>"
    site.put(answer)
    press(site, "1:2")
    assert len(messages(site, "Snoozed")) == 2 and "Plans" in site.text("/mail/Snoozed/")
    be_due(site)
    tasks.give_back(site.account.pk)
    assert len(messages(site, "INBOX")) == 2


def test_the_mail_server_away_loses_nothing(site: Site, monkeypatch: Any) -> None:
    press(site, site.put(letter("Patient")))
    be_due(site)

    def away(*_: Any) -> None:
        raise mail.Unreachable("away")

    with monkeypatch.context() as patch:
        patch.setattr(MailSession, "give_back", away)
        snoozes.run(site.account.pk)
    row = Snooze.objects.get(account=site.account)
    assert row.lease_until and row.lease_until < timezone.now() + timedelta(minutes=1)
    be_due(site, lease_until=None)
    snoozes.run(site.account.pk)
    assert messages(site, "INBOX") == ["|Patient"]
