"""What is saved while somebody writes: one draft for one form, for a few hundred octets."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from webmail.mail.imap.client import LemonadeClient
from webmail.mail.imap.pool import connections
from webmail.models import Outbox, SavedForm, SubmittedForm
from webmail.outgoing import idempotency, outbox
from webmail.writing import autosave, drafts

from .test_views_drafts import MIXED, draft, is_whole, stored
from .test_views_writing import fields, with_attachment
from .website import Site, letter

BAR = 600  # octets, both ways, with the words that are new

Fields = dict[str, Any]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests type faster than people."""
    monkeypatch.setattr(autosave, "MOST_SAVES", 1_000)


@pytest.fixture
def commands(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[bytes]]]:
    """The commands of each exchange of this person's connection."""
    noted: list[list[bytes]] = []
    burst = LemonadeClient.burst

    def counted(client: LemonadeClient, asked: Any) -> Any:
        noted.append([name for name, _ in asked])
        return burst(client, asked)

    monkeypatch.setattr(LemonadeClient, "burst", counted)
    yield noted


def octets(site: Site) -> int:
    """All that the connection carried so far, IDLE too."""
    client = connections.seat(site.email).client
    assert client is not None
    return client.octets


def save(site: Site, form: Fields, status: int = 200, **changes: Any) -> dict[str, Any]:
    form.update(changes)
    posted = {name: value for name, value in form.items() if name != "do"}
    answer = site.client.post("/write/autosave/", posted, headers={"X-Pane": "form"})
    assert answer.status_code == status, answer.content
    words: dict[str, Any] = answer.json()
    return words


def words_of(message: EmailMessage) -> str:
    """The text, without what the form leaves at its end."""
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).strip()


def blank(site: Site, address: str = "/write/?subject=Hello") -> Fields:
    return fields(site.text(address))


def big_draft(site: Site, size: int = 25_000_000) -> int:
    message = with_attachment()
    message.add_attachment(b"\x07" * (size * 3 // 4), "application", "zip", filename="big.zip")
    return site.put(message, "Drafts", "(\\Draft)")


def test_a_draft_with_25_mb_is_saved_by_a_few_hundred_octets_in_one_round_trip(
    site: Site, commands: list[list[bytes]]
) -> None:
    form = blank(site, f"/mail/Drafts/{big_draft(site)}/edit/")
    save(site, form, text="A first word")
    for words in ("A first word and a second", "A first word and a third one."):
        before = octets(site)
        commands.clear()
        save(site, form, text=words)
        assert commands == [[b"UID REPLACE"]]
        assert octets(site) - before < BAR, octets(site) - before
    (saved,) = stored(site, "Drafts")
    assert [part.get_filename() for part in saved.iter_attachments()] == [
        "a.zip",
        "b.pdf",
        "big.zip",
    ]
    assert words_of(saved) == "A first word and a third one."
    (big,) = (part for part in saved.iter_attachments() if part.get_filename() == "big.zip")
    assert big.get_content() == b"\x07" * 18_750_000


def test_it_takes_one_round_trip_from_another_folder_too(
    site: Site, commands: list[list[bytes]]
) -> None:
    form = blank(site, f"/mail/Drafts/{big_draft(site, 100_000)}/edit/")
    save(site, form, text="One")
    site.text("/mail/INBOX/")
    commands.clear()
    save(site, form, text="Two")
    assert commands == [[b"SELECT", b"UID REPLACE"]]
    assert len(stored(site, "Drafts")) == 1


def test_a_form_has_one_draft_and_its_words_are_there_again(site: Site) -> None:
    form = blank(site)
    for words in ("", "Dear", "Dear Bob"):
        assert save(site, form, to="bob@far.example, an", subject="Half", text=words)["saved"]
    (saved,) = stored(site, "Drafts")
    assert saved["To"] == "bob@far.example" and saved["Subject"] == "Half"
    site.imap.select("Drafts")
    uid = site.imap.uid("SEARCH", "ALL")[1][0].decode()
    for address in (f"/mail/Drafts/{uid}/edit/", f"/write/?form={form['once'][0]}"):
        again = blank(site, address)
        assert again["to"] == ["bob@far.example, an"] and again["text"].strip() == "Dear Bob"
        assert again["subject"] == ["Half"]
    assert "Kept from" not in site.text(f"/mail/Drafts/{uid}/edit/")


def test_a_forward_is_saved_with_its_parts_and_sent_from_there(site: Site) -> None:
    uid = site.put(with_attachment())
    form = blank(site, f"/mail/INBOX/{uid}/forward/")
    save(site, form, text="See below")
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()
    save(site, form, text="See below, please", to="bob@lemonade.test")
    (saved,) = stored(site, "Drafts")
    assert [part.get_filename() for part in saved.iter_attachments()] == ["a.zip", "b.pdf"]
    again = site.client.post("/write/", form | {"do": "send"})
    assert again.status_code == 302, again.content
    (sent,) = stored(site, "Sent")
    assert [part.get_filename() for part in sent.iter_attachments()] == ["a.zip", "b.pdf"]
    assert stored(site, "Drafts") == []


def test_an_unticked_part_of_a_draft_stays_until_it_is_sent(site: Site) -> None:
    uid = site.put(with_attachment(), "Drafts", "(\\Draft)")
    form = blank(site, f"/mail/Drafts/{uid}/edit/")
    ticked = form["kept"]
    save(site, form, kept=ticked[:1])
    (saved,) = stored(site, "Drafts")
    assert len(list(saved.iter_attachments())) == 2
    again = blank(site, f"/write/?form={form['once'][0]}")
    assert len(again["offered"]) == 2 and len(again["kept"]) == 1
    save(site, form, kept=ticked)
    assert len(blank(site, f"/write/?form={form['once'][0]}")["kept"]) == 2
    save(site, form, kept=ticked[1:], to="bob@lemonade.test")
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert [part.get_filename() for part in sent.iter_attachments()] == ["b.pdf"]


def test_a_designed_draft_is_saved_whole(site: Site) -> None:
    form = blank(site, f"/mail/Drafts/{draft(site, MIXED)}/edit/")
    for words in ("", "Above", "Above it"):
        save(site, form, text=words)
        (saved,) = stored(site, "Drafts")
        assert is_whole(saved) and saved["X-Priority"] == "1", words
        assert [part.get_filename() for part in saved.iter_attachments()].count("offer.pdf") == 1
    page = site.text(f"/write/?form={form['once'][0]}")
    assert "designed in another program" in page and "Above it" in page


def test_what_was_sent_is_not_brought_back(site: Site) -> None:
    form = blank(site)
    save(site, form, to="bob@lemonade.test", subject="Gone", text="The last words")
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    assert save(site, form, text="Too late") == {"over": True}
    assert stored(site, "Drafts") == [] and len(stored(site, "Sent")) == 1
    again = site.client.post("/write/", form | {"text": "The last words", "do": "send"})
    assert again.status_code == 302 and Outbox.objects.count() == 1


def test_what_another_process_sends_meanwhile_is_not_brought_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = blank(site)
    answers = iter([False, True])
    monkeypatch.setattr(idempotency, "is_over", lambda account, key: next(answers))
    assert save(site, form, text="Crossed") == {"over": True}
    assert stored(site, "Drafts") == []


def test_nothing_is_thrown_away_while_the_form_is_only_being_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = blank(site)
    save(site, form, text="Before")
    row = SubmittedForm.objects.create(account=site.account, key=SavedForm.objects.get().key)
    told = save(site, form, 409, text="Before, and since")
    assert told["pause"] and "being sent" in told["text"] and "over" not in told
    assert [words_of(message) for message in stored(site, "Drafts")] == ["Before"]
    row.delete()  # it was refused
    assert save(site, form)["saved"]
    store = drafts.save_draft

    def store_while_it_is_sent(*given: Any) -> Any:
        copy = store(*given)
        SubmittedForm.objects.create(account=site.account, key=SavedForm.objects.get().key)
        return copy

    monkeypatch.setattr(autosave, "save_draft", store_while_it_is_sent)
    assert save(site, form, text="Crossed")["saved"]
    assert [words_of(message) for message in stored(site, "Drafts")] == ["Crossed"]


def test_a_send_that_died_ends_no_form(site: Site) -> None:
    form = blank(site)
    save(site, form, to="bob@lemonade.test", text="Before")
    SubmittedForm.objects.create(account=site.account, key=SavedForm.objects.get().key)
    SubmittedForm.objects.update(created_at=timezone.now() - idempotency.UNDER_WAY)
    assert save(site, form, text="And after")["saved"]
    assert [words_of(message) for message in stored(site, "Drafts")] == ["And after"]
    answer = site.client.post("/write/", form | {"do": "send"})
    assert answer.status_code == 400 and b"was interrupted" in answer.content
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("broken", ["before", "after"])
def test_a_send_that_broke_off_before_anything_was_stored_is_let_go(
    site: Site, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    form = blank(site)
    save(site, form, to="bob@lemonade.test", subject="Broken", text="Words")
    site.client.raise_request_exception = False

    def fail(*given: Any, **named: Any) -> Any:
        raise OperationalError("the database is away")

    with monkeypatch.context() as context:
        if broken == "before":
            context.setattr(outbox, "compose", fail)
        else:
            context.setattr(Outbox.objects, "create", fail)
        assert site.client.post("/write/", form | {"do": "send"}).status_code >= 500
    assert len(stored(site, "Sent")) == SubmittedForm.objects.count() == int(broken == "after")
    if broken == "after":  # nobody knows whether it goes out
        assert "over" not in save(site, form, 409, text="More words")
        return
    assert save(site, form, text="More words")["saved"]
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    assert len(stored(site, "Sent")) == 1


def test_two_windows_on_one_draft_keep_both_texts(site: Site) -> None:
    uid = site.put(with_attachment(), "Drafts", "(\\Draft)")
    first, second = (blank(site, f"/mail/Drafts/{uid}/edit/") for _ in range(2))
    save(site, first, text="From the first")
    told = save(site, second, text="From the second")
    texts = [words_of(message) for message in stored(site, "Drafts")]
    assert texts == ["From the first", "From the second"]
    assert "From the first" in site.text(told["other"]) or told["other"] == "/mail/Drafts/"
    assert "other" not in save(site, second, text="From the second, on")
    assert "other" not in save(site, first, text="From the first, on")
    assert len(stored(site, "Drafts")) == 2


def test_who_comes_second_finds_the_other_text_and_the_files(site: Site) -> None:
    form = blank(site, f"/mail/INBOX/{site.put(with_attachment())}/forward/")
    save(site, form, text="From the desk")
    row = SavedForm.objects.get()
    phone = blank(site, f"/mail/Drafts/{row.uid}/edit/")
    save(site, phone, text="From the phone")
    told = save(site, form, text="From the desk again")
    assert "From the phone" in site.text(told["other"]) and told["missing"] == []
    for message in stored(site, "Drafts"):
        assert [part.get_filename() for part in message.iter_attachments()] == ["a.zip", "b.pdf"]
    assert len(stored(site, "Drafts")) == 2


def test_an_answer_that_was_lost_leaves_one_draft(site: Site) -> None:
    form = blank(site, f"/mail/INBOX/{site.put(with_attachment())}/forward/")
    save(site, form, text="One")
    before = SavedForm.objects.values().get()
    save(site, form, text="Two")
    SavedForm.objects.update(**{**before, "pending": None})  # the process died before it was noted
    assert "other" not in save(site, form, text="Three")
    (saved,) = stored(site, "Drafts")
    assert words_of(saved) == "Three"
    assert len(list(saved.iter_attachments())) == 2
    row = SavedForm.objects.get()
    row.folder, row.uidvalidity, row.uid, row.layout, row.pending = "", 0, 0, {}, row.layout
    row.save()  # it died in its first save
    save(site, form, text="Four")
    (saved,) = stored(site, "Drafts")
    assert words_of(saved) == "Four"


def test_a_draft_is_thrown_away_for_good(site: Site) -> None:
    form = blank(site)
    save(site, form, text="Rubbish")
    assert site.client.post("/write/", form | {"do": "discard"}).status_code == 302
    assert save(site, form, text="Rubbish") == {"over": True}
    assert stored(site, "Drafts") == [] and len(stored(site, "Trash")) == 1


def test_a_form_of_somebody_else_is_refused_and_too_much_is(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "SAVES_WITHIN", 3600)  # however slow this machine is
    form = blank(site)
    assert "another account" in save(site, form, 400, once="forged")["text"]
    monkeypatch.setattr(autosave, "SAVES_WITHIN", 3_600)
    form = blank(site)
    save(site, form, text="A")
    save(site, form, text="A page that is left at once is saved all the same")
    monkeypatch.setattr(autosave, "MOST_SAVES", 2)
    assert save(site, form, 429, text="B")["pause"] == 1
    monkeypatch.setattr(autosave, "MOST_FORMS", 1)
    assert save(site, blank(site), 429, text="B")["pause"] == 60
    assert site.client.get("/write/autosave/").status_code == 405
    site.client.logout()
    assert "login" in save(site, form, 401)


def test_a_megabyte_is_saved_and_opened_again(site: Site) -> None:
    form = blank(site)
    words = "All work and no play. " * 48_000
    save(site, form, text=words)
    save(site, form, text=words + "The end.")
    again = blank(site, f"/write/?form={form['once'][0]}")
    assert again["text"].strip() == words + "The end."


def test_a_reply_still_marks_what_it_answers_when_it_is_sent_as_a_draft(site: Site) -> None:
    uid = site.put(letter())
    form = blank(site, f"/mail/INBOX/{uid}/reply/")
    save(site, form, text="Yes")
    again = blank(site, f"/mail/Drafts/{SavedForm.objects.get().uid}/edit/")
    assert site.client.post("/write/", again | {"do": "send"}).status_code == 302
    assert "\\Answered" in site.flags(uid)


def test_a_full_mailbox_is_said_and_it_is_saved_once_there_is_room(site: Site) -> None:
    uid = site.put(letter("Big", "x" * 70 + "\n"))
    form = blank(site)
    assert save(site, form, text="Before it was full")["saved"]
    site.server.call("set_account", site.email, {"quota": 100})
    answer = save(site, form, status=409, text="Written while it was full")
    assert "full" in answer["text"] and not answer.get("saved")
    (kept,) = stored(site, "Drafts")
    assert words_of(kept) == "Before it was full", "the last version stays"
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()
    site.server.call("set_account", site.email, {"quota": 1_000_000})
    assert save(site, form)["saved"]
    (saved,) = stored(site, "Drafts")
    assert words_of(saved) == "Written while it was full"
