"""Actions on very many messages: one exchange, nothing that names a message travels, and undo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from webmail.mail import Flag, MailSession, NotFound, Refused, Selection, count_of_set, own_session
from webmail.mail.imap.client import LemonadeClient
from webmail.models import BulkAction
from webmail.reading import actions, bulk, bulk_actions

from .conftest import dovecot_login
from .test_exchanges import Exchanges, exchanges
from .test_orders import payload
from .test_views_actions import SCRIPT, do, undo
from .website import Site, letter

__all__ = ["exchanges"]
COUNT = 150
FEW = 60  # more are done in the background here


def fill(site: Site, count: int = COUNT) -> None:
    """Many messages: copies of a few."""
    for n in range(25):
        site.put(letter(f"Number {n}", "wanted\n" if n % 2 else "other\n"))
    site.imap.select("INBOX")
    there = 25
    while there < count:
        site.imap.uid("COPY", f"1:{min(there, count - there)}", "INBOX")
        there += min(there, count - there)


def messages(site: Site, folder: str, key: str = "ALL") -> int:
    site.imap.select(folder)
    return len(site.imap.uid("SEARCH", key)[1][0].split())


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the broker was given; the worker does it when the test says so."""
    given: list[str] = []
    monkeypatch.setattr("webmail.reading.tasks.act.delay", given.append)
    monkeypatch.setattr(bulk, "AT_ONCE", 0.0)
    monkeypatch.setattr(bulk, "FEW", FEW)
    return given


def in_background(site: Site, worker: list[str], **fields: Any) -> dict[str, Any]:
    """Have it done by a worker; what the page is news in the end."""
    folder, total = fields.pop("folder", "INBOX"), fields.pop("total", COUNT)
    words = do(site, folder, **fields)
    assert words["follow"] and words["total"] == total
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    news: dict[str, Any] = site.client.get(words["follow"], headers=SCRIPT).json()
    return news


ALL: dict[str, Any] = {"all": "1", "upto": str(COUNT), "count": "7"}  # whatever a page counts


@pytest.mark.parametrize(("query", "wanted"), [("", COUNT), ("wanted", COUNT * 12 // 25)])
def test_all_that_match_are_moved_and_back(
    site: Site, worker: list[str], query: str, wanted: int
) -> None:
    fill(site)
    late = site.put(letter("Came later", "wanted\n"))
    words = in_background(site, worker, do="archive", q=query, total=wanted, **ALL)
    assert words["text"] == f"{messages(site, 'Archive'):,} messages moved to Archive."
    assert messages(site, "Archive") == wanted and site.flags(late)
    fields = words["undo"]["fields"]
    assert fields["set"] == [f"1:{wanted}"] and "uid" not in fields  # one range, in one command
    if wanted > FEW:
        news = site.client.post(words["undo"]["url"], fields, headers=SCRIPT).json()
        bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
        news = site.client.get(news["follow"], headers=SCRIPT).json()
        assert news["text"] == f"{wanted:,} messages moved to Inbox."
    else:
        undo(site, words)
    assert messages(site, "INBOX") == COUNT + 1 and messages(site, "Archive") == 0


def test_flags_of_many_are_taken_back_where_they_were_changed(
    site: Site, worker: list[str]
) -> None:
    fill(site)
    site.imap.select("INBOX")
    site.imap.uid("STORE", "1:20,60,100", "+FLAGS.SILENT", "(\\Seen)")
    words = in_background(site, worker, do="read", q="", **ALL)
    assert words["text"] == f"{COUNT:,} messages: marked as read."
    assert messages(site, "INBOX", "UNSEEN") == 0
    fields = words["undo"]["fields"]
    assert len(str(fields)) < 200, fields  # ranges of UIDs and mod-sequences, not a list
    late = site.put(letter("Read later"), flags="(\\Seen)")
    undoing = {name: value[0] for name, value in fields.items()}
    words = in_background(site, worker, total=count_of_set(undoing["set"]), **undoing)
    assert messages(site, "INBOX", "SEEN") == 23 and "\\Seen" in site.flags(late)


def test_the_trash_is_emptied_for_good(site: Site, worker: list[str]) -> None:
    fill(site)
    in_background(site, worker, do="delete", q="", **ALL)
    assert messages(site, "Trash") == COUNT
    words = in_background(site, worker, folder="Trash", do="delete", q="", **ALL)
    assert words == {"text": f"{COUNT:,} messages deleted for good.", "undo": None}
    assert messages(site, "Trash") == 0


def test_one_exchange_and_few_octets(site: Site, exchanges: Exchanges) -> None:
    fill(site, 300)
    site.text("/mail/INBOX/")
    exchanges.clear()
    few: dict[str, Any] = {"all": "1", "upto": "300", "count": "300"}
    words = do(site, do="archive", **few)
    acted = [one for one in exchanges if b"UID MOVE" in one]
    assert acted == [[b"UID SEARCH"] * 2 + [b"UID MOVE"]]
    undo(site, words)
    exchanges.clear()
    do(site, do="flag", **{**few, "upto": "99999"})
    acted = [one for one in exchanges if b"UID STORE" in one]
    assert acted == [[b"UID SEARCH"] * 3 + [b"UID STORE"]]
    news: list[int] = []
    with own_session(site.email, lambda done, total: news.append(done)) as session:
        session.select("INBOX")
        before = session.octets
        session.file_all("INBOX", Selection(upto=99_999), "Archive")
        session.select("Archive")
        session.mark_all("Archive", Selection(upto=99_999), Flag.SEEN, True, few=False)
        assert session.octets - before < 2_500  # whatever the number of messages


def test_a_search_that_the_server_cannot_read_means_no_messages(site: Site) -> None:
    """What an action before it found on the same connection is not meant."""
    fill(site)
    unreadable = Selection(uids="1:9", changed=(1, 2**64))
    with own_session(site.email) as session:
        session.select("INBOX")
        session.mark_all("INBOX", Selection(upto=5), Flag.FLAGGED, True, few=True)
        with pytest.raises(Refused):
            session.file_all("INBOX", unreadable, "Archive")
        with pytest.raises(Refused):
            session.remove_all("INBOX", unreadable)
        with pytest.raises(Refused):
            session.mark_all("INBOX", unreadable, Flag.SEEN, True, few=True)
    assert messages(site, "INBOX") == COUNT
    assert messages(site, "INBOX", "SEEN") == 0


def test_ever_more_sets_are_refused(site: Site) -> None:
    """A short form does not make millions of numbers."""
    uid = site.put(letter("One"))
    wide = [f"1:{actions.MOST_NAMED - 1}"] * 1_000
    words = do(site, status=409, do="flag", uid=["1:999999999"])
    assert "No message was chosen" in words["text"]
    do(site, do="flag", uid=[str(uid), *wide])
    assert "\\Flagged" in site.flags(uid)
    assert "can't be read" in do(site, status=409, do="flag", uid=[f"{uid} T1"] * 2_000)["text"]


def test_what_changed_meanwhile_gets_a_clear_answer(site: Site, worker: list[str]) -> None:
    fill(site)
    site.imap.select("INBOX")
    words = do(site, do="archive", **ALL)
    site.imap.uid("MOVE", "1:*", "Junk")  # another device does the same at once
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert "not in this folder any more" in news["text"] and news["undo"] is None
    assert "not in this folder any more" in do(site, status=404, do="archive", **ALL)["text"]
    assert "made anew" in do(site, status=404, do="read", validity="1", **ALL)["text"]
    words = do(site, "Junk", do="archive", **ALL)
    site.imap.select("INBOX")
    site.imap.rename("Junk", "Elsewhere")
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert "There is no folder “Junk”" in news["text"]
    news = in_background(site, worker, folder="Elsewhere", to="Nowhere", **ALL)
    assert "There is no folder" in news["text"]


def test_a_dead_workers_action_is_taken_up_and_a_stranger_learns_nothing(
    site: Site, worker: list[str], client: Any, django_user_model: Any
) -> None:
    fill(site)
    words = do(site, do="archive", **ALL)
    row = BulkAction.objects.get(pk=worker.pop())
    now = timezone.now()
    BulkAction.objects.update(state=BulkAction.State.WORKING, attempts=1, lease_until=now)
    assert bulk_actions.due() == [row.pk]
    assert f'data-follow="{words["follow"]}"' in site.text("/mail/INBOX/")
    stranger = django_user_model.objects.create_user("other@lemonade.test", "x")
    client.force_login(stranger)
    assert client.get(words["follow"], headers=SCRIPT).status_code == 409
    bulk_actions.run(row.pk)
    assert messages(site, "Archive") == COUNT
    BulkAction.objects.update(state=BulkAction.State.WAITING, attempts=bulk_actions.ATTEMPTS)
    bulk_actions.run(row.pk)
    row.refresh_from_db()
    assert row.state == BulkAction.State.FAILED and "interrupted" in row.text
    site.imap.select("Archive")
    site.imap.uid("MOVE", "1:*", "INBOX")
    every = {**ALL, "upto": "99999"}
    for _ in range(bulk.MOST):
        do(site, do="archive", **every)
    assert "still going on" in do(site, status=409, do="archive", **every)["text"]


@pytest.fixture(params=["dovecot_port", "plain_port"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[LemonadeClient]:
    client = dovecot_login(request.getfixturevalue(request.param), "bulk")
    yield client
    client.command(b"LOGOUT")
    client.drop()


def test_another_server_does_it_as_well(elsewhere: LemonadeClient) -> None:
    session = MailSession("bulk", elsewhere)
    session.select("INBOX")
    session.remove_all("INBOX", Selection(upto=99_999)) if session.state("INBOX").messages else None
    for n in range(6):
        session.append("INBOX", [payload(n)], f"<{n}@far.example>", ())
    elsewhere.command(b"NOOP")
    state = session.state("INBOX")
    everything = Selection(upto=state.uidnext - 1)
    marked = session.mark_all("INBOX", everything, Flag.SEEN, True, few=True)
    assert marked.asked == 6 and marked.changed is not None
    assert count_of_set(marked.changed.uids) == 6
    archive = session.role_folder("archive")
    filed = session.file_all("INBOX", everything, archive)
    assert (filed.asked, session.state("INBOX").messages) == (6, 0)
    with pytest.raises(NotFound):
        session.file_all("INBOX", everything, archive)
    if filed.uids:
        session.select(archive)
        back = session.file_all(archive, Selection(uids=filed.uids), "INBOX")
        assert back.count == 6 and session.state("INBOX").messages == 6
