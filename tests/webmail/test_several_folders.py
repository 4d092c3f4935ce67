"""Actions on messages of several folders, and those that a worker takes up again."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from webmail.mail import MailSession, NotFound, Selection
from webmail.mail.imap.client import LemonadeClient
from webmail.models import BulkAction
from webmail.reading import bulk, bulk_actions

from .test_bulk import ALL, COUNT, elsewhere, fill, messages, worker
from .test_orders import payload
from .test_views_actions import SCRIPT, do
from .website import Site, letter

__all__ = ["elsewhere", "worker"]
State = BulkAction.State


def act(site: Site, status: int = 200, **fields: Any) -> dict[str, Any]:
    """Press a button above the results as the script does; the answer."""
    answer = site.client.post("/act/", fields, headers=SCRIPT)
    assert answer.status_code == status, answer.content
    words: dict[str, Any] = answer.json()
    return words


def take_back(site: Site, words: dict[str, Any]) -> dict[str, Any]:
    answer = site.client.post(words["undo"]["url"], words["undo"]["fields"], headers=SCRIPT)
    assert answer.status_code == 200, answer.content
    back: dict[str, Any] = answer.json()
    return back


def spread(site: Site, count: int = 3) -> None:
    """Messages with the word "kestrel", and one without, in three folders."""
    site.imap.create("Birds")
    for folder in ("INBOX", "Birds", "Sent"):
        for n in range(count):
            site.put(letter(f"Number {n}", "a kestrel\n"), folder)
        site.put(letter("Another", "a wren\n"), folder)


def fields_of(page: str) -> dict[str, Any]:
    """What the form above the results says of all that was found."""

    folders = re.findall(r'name="folder" form="bulk"\s+value="([^"]*)"', page)
    return {"all": ["1"], "q": ["kestrel"], "folder": folders}


def test_results_of_several_folders_are_chosen_filed_and_taken_back(site: Site) -> None:
    spread(site)
    page = site.text("/search/?q=kestrel")

    values = re.findall(r'name="uid" value="([^"]*)" form="bulk"', page)
    assert len(values) == 9 and {value.split(" ", 2)[2] for value in values} == {
        "INBOX",
        "Birds",
        "Sent",
    }
    chosen = [value for value in values if not value.endswith("Sent")]
    words = act(site, uid=chosen, do="archive")
    assert words["text"] == "6 messages moved to Archive."
    assert [messages(site, name) for name in ("INBOX", "Birds", "Sent")] == [1, 1, 4]
    again = take_back(site, words)
    assert again["text"] == "6 messages moved back."
    assert [messages(site, name) for name in ("INBOX", "Birds", "Sent")] == [4, 4, 4]
    assert take_back(site, again)["text"] == "6 messages moved to Archive."
    stayed = next(value for value in values if value.endswith("Sent"))
    answer = site.client.post("/act/", {"uid": stayed, "do": "flag", "back": "/search/?q=a"})
    assert answer.status_code == 302 and answer["Location"] == "/search/?q=a"  # without script


def test_all_that_was_found_in_every_folder(site: Site) -> None:
    spread(site, 30)
    page = site.text("/search/?q=kestrel")
    assert "All 90 that were found, on every page" in page
    late = site.put(letter("Late", "a kestrel\n"))
    words = act(site, **fields_of(page), do="flag")
    assert words["text"] == "90 messages: flagged."
    assert "\\Flagged" not in site.flags(late)
    assert [messages(site, n, "FLAGGED") for n in ("INBOX", "Birds", "Sent")] == [30, 30, 30]
    take_back(site, words)
    assert [messages(site, n, "FLAGGED") for n in ("INBOX", "Birds", "Sent")] == [0, 0, 0]


def test_very_many_of_several_folders_are_done_by_a_worker(site: Site, worker: list[str]) -> None:
    spread(site, 30)
    words = act(site, **fields_of(site.text("/search/?q=kestrel")), do="delete")
    assert words["total"] == 90
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert news["text"] == "90 messages moved to Trash."
    assert [messages(site, n) for n in ("INBOX", "Birds", "Sent", "Trash")] == [1, 1, 1, 90]
    words = take_back(site, news)
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert news["text"] == "90 messages moved back."
    assert [messages(site, n) for n in ("INBOX", "Birds", "Sent", "Trash")] == [31, 31, 31, 0]


def test_what_can_not_be_done_in_one_folder_is_done_in_the_others(site: Site) -> None:
    spread(site, 30)
    page = site.text("/search/?q=kestrel")
    site.imap.select("INBOX")
    site.imap.delete("Birds")
    words = act(site, **fields_of(page), to="Archive")
    assert words["text"] == "60 messages moved to Archive."
    assert "any more" in act(site, status=404, **fields_of(page), to="Archive")["text"]
    assert "no folder" in act(site, status=404, **fields_of(page), to="Nowhere")["text"]
    page = site.text("/search/?q=kestrel")
    assert "already" in act(site, status=409, **fields_of(page), do="archive")["text"]


@pytest.mark.parametrize(
    "step",
    [
        "{}",
        "[]",
        "nonsense",
        "[" * 5_000,
        {"uids": "1:*"},
        {"uids": ""},
        {"folder": 7},
        {"what": "send"},
        {"changed": [1]},
        {"changed": ["a", "b"]},
        {"query": "x"},
        {"upto": -1},
        {"more": 1},
    ],
)
def test_steps_that_make_no_sense_are_refused(site: Site, step: Any) -> None:
    sound = {"folder": "INBOX", "validity": 1, "what": "read", "uids": "1", "changed": [0, 0]}
    text = json.dumps({**sound, **step}) if isinstance(step, dict) else step
    assert "can't be read" in act(site, status=409, step=text)["text"]
    assert "can't be read" in act(site, status=409, uid="1 x INBOX", do="read")["text"]
    assert "No message was chosen" in act(site, status=409, do="read")["text"]


class Killed(BaseException):
    """What ends a worker without a word."""


@pytest.mark.parametrize("moved", [COUNT, 60, 0])
@pytest.mark.parametrize("query", ["", "wanted"])
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_knows_what_was_moved(
    site: Site, worker: list[str], monkeypatch: pytest.MonkeyPatch, moved: int, query: str
) -> None:
    fill(site)
    site.put(letter("There before", "wanted\n"), "Archive")
    wanted = messages(site, "INBOX", 'BODY "wanted"' if query else "ALL")
    words = do(site, do="archive", q=query, **ALL)
    pk = BulkAction.objects.get(pk=worker.pop()).pk

    def killed(session: MailSession, folder: str, selection: Selection, *_: Any) -> None:
        site.imap.select(folder)
        found = site.imap.uid("SEARCH", 'BODY "wanted"' if query else "ALL")[1][0].split()
        if moved:
            site.imap.uid("MOVE", b",".join(found[:moved]).decode(), "Archive")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MailSession, "file_all", killed)
        with pytest.raises(Killed):
            bulk_actions.run(pk)
    BulkAction.objects.filter(pk=pk).update(lease_until=timezone.now())
    bulk_actions.run(pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert news["text"] == f"{wanted} messages moved to Archive."
    assert messages(site, "Archive") == wanted + 1
    words = take_back(site, news)
    if "follow" in words:
        bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    assert messages(site, "INBOX") == COUNT and messages(site, "Archive") == 1


def test_flags_that_a_killed_worker_has_set_are_taken_back(
    site: Site, worker: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site)
    words = do(site, do="flag", q="", **ALL)
    pk = BulkAction.objects.get(pk=worker.pop()).pk
    mark_all = MailSession.mark_all

    def killed(*args: Any, **kwargs: Any) -> None:
        mark_all(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(MailSession, "mark_all", killed)
        with pytest.raises(Killed):
            bulk_actions.run(pk)
    BulkAction.objects.filter(pk=pk).update(lease_until=timezone.now())
    bulk_actions.run(pk)
    news = site.client.get(words["follow"], headers=SCRIPT).json()
    assert messages(site, "INBOX", "FLAGGED") == COUNT
    take_back(site, news)
    bulk_actions.run(BulkAction.objects.get(pk=worker.pop()).pk)
    assert messages(site, "INBOX", "FLAGGED") == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_pass_the_limit(site: Site, worker: list[str]) -> None:
    fill(site)
    for _ in range(bulk.MOST - 1):
        do(site, do="archive", **ALL)
    start = threading.Barrier(2)
    statuses: list[int] = []

    def press() -> None:
        start.wait(60)
        answer = site.client.post("/mail/INBOX/act/", {"do": "archive", **ALL}, headers=SCRIPT)
        statuses.append(answer.status_code)
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [200, 409]


def test_an_action_is_taken_up_again_on_another_server(elsewhere: LemonadeClient) -> None:
    session = MailSession("bulk", elsewhere)
    archive = session.role_folder("archive")
    for folder in ("INBOX", archive):
        session.select(folder)
        if (state := session.state(folder)).messages:
            session.delete(folder, range(1, state.uidnext))
    for n in range(6):
        session.append("INBOX", [payload(n)], f"<{n}@again.example>", ())
    elsewhere.command(b"NOOP")
    session.select("INBOX")
    state = session.state("INBOX")
    everything = Selection(upto=state.uidnext - 1)
    before = session.survey("INBOX", everything, archive)
    assert before.asked == 6 and before.uidnext
    first = session.search("INBOX", everything.tree).uids[:2]
    session.move("INBOX", first, archive)
    session.select("INBOX")
    filed = session.file_all("INBOX", everything, archive, before)
    assert (filed.asked, filed.count, session.state("INBOX").messages) == (6, 6, 0)
    if filed.uids:
        session.select(archive)
        back = session.file_all(archive, Selection(uids=filed.uids), "INBOX")
        assert back.count == 6
    with pytest.raises(NotFound):
        session.select("Nowhere")
