"""Writing beside the mail: the form alone, several on a page, sending in place and taking back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import timezone

from webmail.models import Outbox, Preferences
from webmail.outgoing import attempts
from webmail.pages.words import compose_words, mailbox_words, outcome_words

from .test_views_writing import fields
from .website import Site, letter

WINDOW = {"X-Pane": "window"}


def window(site: Site, path: str) -> str:
    """The form as a script gets it."""
    return site.text(path, headers={"X-Pane": "writer words"})


def filled(page: str, **more: str) -> dict[str, Any]:
    """What a window with this form would post."""
    return fields(re.sub(r'id="compose-[^"]*"', 'id="compose"', page)) | more


def send(site: Site, posted: dict[str, Any]) -> dict[str, Any]:
    answer = site.client.post("/write/", posted | {"do": "send"}, headers=WINDOW)
    words: dict[str, Any] = json.loads(answer.content)
    return words


def test_a_window_is_the_form_alone_with_ids_of_its_own(site: Site) -> None:
    first, second = window(site, "/write/"), window(site, "/write/")
    assert "<html" not in first and "<main" not in first
    ids = [set(re.findall(r'\bid="([^"]+)"', page)) for page in (first, second)]
    assert ids[0] and not ids[0] & ids[1]
    for page, own in zip((first, second), ids, strict=True):
        named = re.findall(r'(?:for|aria-describedby|aria-labelledby)="([^"]+)"', page)
        assert set(named) <= own
    assert '"sendLater"' in first  # what its script says comes along
    assert "<script" not in site.text("/write/", headers={"X-Pane": "writer"})  # once


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the test takes, no second of those to take something back is over."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize("what", ["reply", "reply-all", "forward"])
def test_answers_open_in_a_window_too(site: Site, what: str) -> None:
    uid = site.put(letter("Lunch"))
    page = window(site, f"/mail/INBOX/{uid}/{what}/")
    assert filled(page)["source"][0] and "<html" not in page


def test_it_is_sent_in_place_and_taken_back_with_everything_in_it(
    site: Site, stopped_clock: None
) -> None:
    uid = site.put(letter("Lunch"))
    page = window(site, f"/mail/INBOX/{uid}/reply/")
    done = send(site, filled(page, bcc="cy@lemonade.test", text="At one?"))
    row = Outbox.objects.get()
    assert done["sending"]["seconds"] == 5
    attempts.attempt(row.pk)  # a worker that comes too early
    row.refresh_from_db()
    assert row.state == Outbox.State.COMPOSED
    told = json.loads(site.text(done["sending"]["url"], headers={"X-Pane": "outcome"}))
    assert told == {"state": "composed", "text": "Sending…", "final": False}
    undone = site.client.post(done["sending"]["undo"], headers={"X-Pane": "outcome"})
    again = filled(window(site, json.loads(undone.content)["goal"]))
    assert again["to"] == ["Maria Oliveira <maria@far.example>"]
    assert again["bcc"] == ["cy@lemonade.test"] and again["text"].startswith("At one?")
    assert again["source"] == filled(page)["source"]
    assert not Outbox.objects.exists()
    # As it is, from its new form: nobody says that it went out already.
    assert send(site, again)["sending"]["url"]


def test_what_was_handed_over_is_not_taken_back(site: Site) -> None:
    done = send(site, filled(window(site, f"/write/?to={site.email}&subject=Hello"), text="Now"))
    Outbox.objects.update(next_attempt_at=timezone.now())
    attempts.attempt(Outbox.objects.get().pk)
    told = json.loads(site.text(done["sending"]["url"], headers={"X-Pane": "outcome"}))
    assert told["text"] == "Sent."
    late = site.client.post(done["sending"]["undo"], headers={"X-Pane": "outcome"})
    assert late.status_code == 409 and "handed over" in json.loads(late.content)["text"]
    assert Outbox.objects.count() == 1


def test_why_it_was_refused_is_told_in_place(site: Site) -> None:
    done = send(
        site, filled(window(site, "/write/?to=nobody@lemonade.test&subject=Hello"), text="Hi")
    )
    Outbox.objects.update(next_attempt_at=timezone.now())
    attempts.attempt(Outbox.objects.get().pk)
    told = json.loads(site.text(done["sending"]["url"], headers={"X-Pane": "outcome"}))
    assert told["state"] == "failed" and told["final"]
    assert told["text"] == "Not sent: There is no such mailbox."


def test_a_second_press_of_a_window_sends_nothing_more(site: Site) -> None:
    posted = filled(window(site, "/write/?to=bob@lemonade.test&subject=Hello"), text="Once")
    assert send(site, posted)["goal"] == send(site, posted)["goal"]
    assert Outbox.objects.count() == 1


def test_saving_says_so_at_once_and_not_on_a_later_page(site: Site) -> None:
    posted = filled(window(site, "/write/"), subject="Half", do="save")
    answer = json.loads(site.client.post("/write/", posted, headers=WINDOW).content)
    assert answer["text"] == "Draft saved."
    assert "Draft saved." not in site.text("/mail/INBOX/")


def test_for_how_long_it_can_be_taken_back_is_a_setting(site: Site, stopped_clock: None) -> None:
    page = site.text("/settings/")
    assert '<option value="5" selected>' in page
    look = {"language": "", "theme": "auto", "density": "comfortable", "conversations": "on"}
    for seconds in ("30", "0"):
        answer = site.client.post("/settings/", look | {"undo_seconds": seconds})
        assert answer.status_code == 302
        form = window(site, f"/write/?to={site.email}&subject=Hello")
        done = send(site, filled(form, text=f"{seconds} s"))
        assert done["sending"]["seconds"] == int(seconds)
    bad = site.client.post("/settings/", look | {"undo_seconds": "4000"})
    assert bad.status_code == 200
    site.client.post("/settings/", look)  # a page from before there was this setting
    assert Preferences.objects.get(account=site.account).undo_seconds == 0


def test_what_a_window_says_takes_no_words_of_the_page() -> None:
    page, window = mailbox_words(), compose_words()
    assert {name: window[name] for name in page.keys() & window.keys()} == {
        name: page[name] for name in page.keys() & window.keys()
    }
    assert outcome_words().keys() <= page.keys()
