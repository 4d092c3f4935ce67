"""Answering, forwarding, saving and sending through plain forms."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.mailserver import PASSWORD
from webmail.models import Outbox, SubmittedForm, UnsentForm
from webmail.outgoing import attempts

from .website import Site, letter


def fields(page: str) -> dict[str, Any]:
    """What a browser would post of the compose form: names to values."""
    form = page.split('id="compose"')[1].split("</form>")[0]
    out: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        if "name" in found and found.get("type") != "file":
            out.setdefault(found["name"], []).append(html.unescape(found.get("value", "")))
    text = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", form, re.DOTALL)
    assert text is not None
    return {**out, "text": html.unescape(text[1])}


def with_attachment() -> Any:
    message = letter("The survey")
    message.add_attachment(b"x" * 50_000, maintype="application", subtype="zip", filename="a.zip")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="b.pdf")
    return message


def test_a_reply_is_addressed_and_quoted(site: Site) -> None:
    uid = site.put(letter("Lunch", "12:30?\n"))
    filled = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    assert filled["to"] == ["Maria Oliveira <maria@far.example>"]
    assert filled["subject"] == ["Re: Lunch"] and "> 12:30?" in filled["text"]
    assert filled["in_reply_to"] == ["<1@far.example>"]
    assert "\\Seen" not in site.flags(uid)


def test_a_reply_to_all_names_the_others_but_not_oneself(site: Site) -> None:
    uid = site.put(letter(to=f"{site.email}, Bob <bob@far.example>"))
    filled = fields(site.text(f"/mail/INBOX/{uid}/reply-all/"))
    assert filled["cc"] == ["Bob <bob@far.example>"]


def test_a_forward_offers_all_parts_some_or_the_whole(site: Site) -> None:
    uid = site.put(with_attachment())
    page = site.text(f"/mail/INBOX/{uid}/forward/")
    filled = fields(page)
    assert page.count("stays on the server") == 3
    assert len(filled["kept"]) == len(filled["offered"]) == 2
    assert filled["whole"] == [""] and filled["whole_token"]
    whole = fields(site.text(f"/mail/INBOX/{uid}/forward/?whole=1"))
    assert whole["whole"] == ["1"] and "kept" not in whole


def test_sending_some_parts_without_fetching_them(site: Site) -> None:
    uid = site.put(with_attachment())
    filled = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    filled |= {"to": "bob@lemonade.test", "kept": filled["kept"][:1], "do": "send"}
    answer = site.client.post("/write/", filled)
    row = Outbox.objects.get()
    assert answer.headers["Location"] == f"/sending/{row.pk}/"
    assert 60_000 < row.kept < 80_000 and row.octets_imap < 10_000
    assert "$Forwarded" in site.flags(uid)
    sent = site.text("/mail/Sent/")
    assert "To bob@lemonade.test" in sent and "Fwd: The survey" in sent
    status = site.text(answer.headers["Location"])
    assert "Composed" in status and "bob@lemonade.test" in status
    inner = site.text(answer.headers["Location"], headers={"X-Pane": "status"})
    assert "<html" not in inner and "data-final" in inner


def test_pressing_send_twice_sends_once(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello"))
    filled |= {"text": "Hello", "do": "send"}
    first = site.client.post("/write/", filled)
    second = site.client.post("/write/", filled)
    assert first.headers["Location"] == second.headers["Location"]
    assert Outbox.objects.count() == 1


def test_a_bad_address_shows_the_form_again_with_everything_in_it(site: Site) -> None:
    uid = site.put(with_attachment())
    filled = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    filled |= {"to": "bob@", "text": "My <b>words</b>", "kept": filled["kept"][1:], "do": "send"}
    filled["files"] = SimpleUploadedFile("note.txt", b"hello")
    answer = site.client.post("/write/", filled)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in page and "Attach the files from this device again" in page
    again = fields(page)
    assert again["text"] == "My <b>words</b>" and again["to"] == ["bob@"]
    assert again["kept"] == filled["kept"] and again["source"] == filled["source"]
    assert not Outbox.objects.exists()


def test_nobody_to_send_to(site: Site) -> None:
    filled = fields(site.text("/write/?subject=Hello")) | {"do": "send"}
    answer = site.client.post("/write/", filled)
    assert answer.status_code == 400 and b"Whom is it for?" in answer.content


def test_too_much_is_refused_in_words(site: Site, settings: Any) -> None:
    settings.WEBMAIL_MAX_MESSAGE = 1_000_000
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {"do": "send"}
    filled["files"] = SimpleUploadedFile("big.bin", bytes(900_000))
    answer = site.client.post("/write/", filled)
    assert answer.status_code == 400 and b"too large" in answer.content
    assert not Outbox.objects.exists()


def test_a_full_mailbox_gives_back_what_was_written(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "text": "A long letter."
    }
    site.server.call("set_account", site.email, {"quota": 10})
    for button in ("send", "save"):
        answer = site.client.post("/write/", filled | {"do": button})
        page = answer.content.decode()
        assert answer.status_code == 400 and "The mailbox is full" in page
        assert fields(page)["text"] == "A long letter."
    assert not Outbox.objects.exists()


def test_an_upload_travels_whole(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Note"))
    filled |= {"do": "send", "text": "See the note."}
    filled["files"] = [SimpleUploadedFile("note ü.txt", b"hello\n", "text/plain")]
    assert site.client.post("/write/", filled).status_code == 302
    row = Outbox.objects.get()
    part = site.client.get(f"/mail/Sent/{row.uid}/part/2/note.txt?save=1")
    assert b"".join(part.streaming_content) == b"hello\n"  # type: ignore[attr-defined]
    assert "note ü.txt" in site.text(f"/mail/Sent/{row.uid}/")


def test_a_draft_is_saved_opened_and_replaced(site: Site) -> None:
    filled = fields(site.text("/write/?subject=Hello")) | {
        "subject": "Half",
        "text": "Half a",
        "do": "save",
    }
    answer = site.client.post("/write/", filled)
    address = answer.headers["Location"]
    assert re.fullmatch(r"/mail/Drafts/\d+/edit/", address)
    page = site.text(address)
    assert "Draft saved." in page
    again = fields(page) | {"text": "Half a thought", "do": "save"}
    second = site.client.post("/write/", again).headers["Location"]
    assert second != address
    assert "Half a thought" in site.text(second)
    assert site.text("/mail/Drafts/").count('<li class="row') == 1


def test_a_part_that_vanished_meanwhile(site: Site) -> None:
    """What was written is still there; only the part is not."""
    uid = site.put(with_attachment())
    filled = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    filled |= {"to": "b@c.example", "text": "Look at this", "do": "send"}
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()
    answer = site.client.post("/write/", filled)
    page = answer.content.decode()
    assert answer.status_code == 400 and not Outbox.objects.exists()
    assert "is not there any more" in page and fields(page)["text"] == "Look at this"
    assert site.client.post("/write/", fields(page) | {"do": "send"}).status_code == 302


def test_a_form_that_was_sent_and_changed_is_asked_about(site: Site) -> None:
    """After Back: not a second time by itself, and nothing that was changed is lost."""
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "text": "One",
        "do": "send",
    }
    assert site.client.post("/write/", filled).status_code == 302
    answer = site.client.post("/write/", filled | {"text": "Two"})
    page = answer.content.decode()
    assert answer.status_code == 400 and "This was sent already" in page
    assert Outbox.objects.count() == 1
    again = fields(page)
    assert again["text"] == "Two" and again["once"] != filled["once"]
    assert site.client.post("/write/", again | {"do": "send"}).status_code == 302
    assert Outbox.objects.count() == 2


def test_the_very_same_message_in_another_form_is_asked_about(site: Site) -> None:
    for turn in range(2):
        filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
            "text": "Hi",
            "do": "send",
        }
        answer = site.client.post("/write/", filled)
        assert answer.status_code == (400 if turn else 302)
    assert b"You sent exactly this" in answer.content and Outbox.objects.count() == 1
    again = fields(answer.content.decode())
    assert site.client.post("/write/", again | {"do": "send"}).status_code == 302
    assert Outbox.objects.count() == 2


def test_back_after_send_brings_the_form_as_it_was(site: Site) -> None:
    uid = site.put(letter("Lunch", "12:30?\n"))
    here = f"/mail/INBOX/{uid}/reply/"
    filled = fields(site.text(here)) | {"text": "Yes.", "do": "send"}
    filled["files"] = SimpleUploadedFile("menu.txt", b"Soup")
    way = site.client.post("/write/", filled).headers["Location"]
    page = site.text(f"{here}?form={filled['once'][0]}")
    assert "This has been sent" in page and f'href="{way}"' in page and "menu.txt" in page
    back = fields(page)
    assert back["to"] == filled["to"] and back["text"] == "Yes.\n"
    assert back["once"] == filled["once"] and back["in_reply_to"] == filled["in_reply_to"]
    site.client.post("/write/", back | {"do": "send"})
    assert Outbox.objects.count() == 1


def test_saving_twice_makes_one_draft(site: Site) -> None:
    filled = fields(site.text("/write/?subject=Hello")) | {"subject": "Half", "do": "save"}
    first, second = (site.client.post("/write/", filled).headers["Location"] for _ in range(2))
    assert first == second and site.text("/mail/Drafts/").count('<li class="row') == 1


def test_a_form_that_is_being_sent_is_not_sent_beside(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "text": "Hi",
        "do": "send",
    }
    assert site.client.post("/write/", filled).status_code == 302
    SubmittedForm.objects.update(goal="")  # as if the other had not come to its end
    answer = site.client.post("/write/", filled)
    assert answer.status_code == 400 and b"being sent at this moment" in answer.content
    SubmittedForm.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    answer = site.client.post("/write/", filled)
    assert answer.status_code == 400 and b"was interrupted" in answer.content


def test_files_of_a_session_that_ended_are_named_and_asked_for(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "text": "See",
        "do": "send",
    }
    filled["files"] = SimpleUploadedFile("plan.pdf", b"%PDF")
    site.client.logout()
    assert site.client.post("/write/", filled).status_code == 302
    site.client.force_login(site.account)
    page = site.text("/write/", 400)
    assert "Attach the files from this device again, please: plan.pdf." in page
    again = fields(page) | {"do": "send"}
    assert again["missing"] == ["plan.pdf"] and again["to"] == ["bob@lemonade.test"]
    answer = site.client.post("/write/", again)
    assert b"Not attached yet: plan.pdf" in answer.content and not Outbox.objects.exists()
    again["files"] = SimpleUploadedFile("plan.pdf", b"%PDF")
    assert "See" in fields(site.text("/write/", 400))["text"]  # until it is sent
    assert site.client.post("/write/", again).status_code == 302
    assert Outbox.objects.count() == 1
    assert "See" not in fields(site.text("/write/?subject=Hello"))["text"]


def test_what_was_written_elsewhere_than_in_a_message_is_kept_too(site: Site) -> None:
    page = site.text("/filters/")
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    site.client.logout()
    fields_of = {"text": "I am by the sea.", "on": "on", "once": once[1]}
    answer = site.client.post(
        "/filters/away/", fields_of, headers={"Referer": "http://testserver/filters/"}
    )
    assert "next=%2Funsent%2F" in answer.headers["Location"]
    site.client.force_login(site.account)
    page = site.text("/unsent/")
    assert "I am by the sea." in page and 'href="/filters/"' in page
    assert "I am by the sea." in site.text("/unsent/")  # the first answer may have been lost
    UnsentForm.objects.update(shown_at=timezone.now() - timedelta(minutes=11))
    assert site.client.get("/unsent/").status_code == 302


def test_a_token_from_before_a_new_sign_in_loses_nothing(site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(site.account)
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "text": "Long",
        "do": "send",
    }
    answer = client.post("/write/", filled)
    assert answer.status_code == 302 and answer.headers["Location"] == "/write/"
    assert "Long" in fields(site.text("/write/", 400))["text"]
    assert client.post("/write/", {"text": "x"}).status_code == 403
    script = {"X-Pane": "form"}
    assert client.post("/write/", filled, headers=script).status_code == 403
    client.logout()
    assert client.post("/write/", filled, headers=script).json()["login"].startswith("/login/")
    assert not Outbox.objects.exists()


def test_the_script_gets_what_is_wrong_and_keeps_the_rest(site: Site) -> None:
    filled = fields(site.text("/write/?subject=Hello")) | {"text": "x", "to": "bob@", "do": "send"}
    words = site.client.post("/write/", filled, headers={"X-Pane": "form"}).json()["problem"]
    assert words["field"] == "to" and words["once"] == filled["once"][0]
    filled["to"] = "bob@lemonade.test"
    answer = site.client.post("/write/", filled, headers={"X-Pane": "form"})
    assert answer.json()["goal"] == f"/sending/{Outbox.objects.get().pk}/"
    site.client.logout()
    answer = site.client.post("/write/", filled, headers={"X-Pane": "form"})
    assert answer.status_code == 401 and answer.json()["login"].startswith("/login/")


def test_anothers_receipt_is_not_shown(site: Site) -> None:
    filled = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {
        "do": "send",
        "text": "x",
    }
    address = site.client.post("/write/", filled).headers["Location"]
    other = Site(site.server)
    assert other.client.get(address).status_code == 404
    assert other.client.post(f"{address}retry/").status_code == 404
    assert site.client.get("/sending/nonsense/").status_code == 404
    other.imap.logout()


def test_what_was_written_survives_the_end_of_the_session(site: Site) -> None:
    uid = site.put(with_attachment())
    filled = fields(site.text(f"/mail/INBOX/{uid}/forward/"))
    filled |= {"to": "bob@lemonade.test", "text": "Long thoughts", "do": "send"}
    site.client.logout()
    answer = site.client.post("/write/", filled)
    assert "next=%2Fwrite%2F" in answer.headers["Location"]
    login = {"username": site.email, "password": PASSWORD, "next": "/write/"}
    assert site.client.post("/login/", login).headers["Location"] == "/write/"
    page = site.text("/write/", 400)
    assert "Nothing was sent yet" in page
    again = fields(page)
    assert again["text"] == "Long thoughts" and again["kept"] == filled["kept"]
    assert not Outbox.objects.exists()
    UnsentForm.objects.update(shown_at=timezone.now() - timedelta(minutes=11))
    assert fields(site.text("/write/?subject=Hello"))["text"] == ""


def test_a_sent_message_can_be_taken_back_for_a_moment(site: Site) -> None:
    uid = site.put(with_attachment())
    filled = fields(site.text(f"/mail/INBOX/{uid}/forward/")) | {"to": "bob@lemonade.test"}
    way = site.client.post("/write/", filled | {"do": "send"}).headers["Location"]
    attempts.attempt(Outbox.objects.get().pk)  # a worker that is early leaves it alone
    assert "Undo" in site.text(way)
    assert "$Forwarded" in site.flags(uid)
    draft = site.client.post(f"{way}take-back/").headers["Location"]
    assert re.match(r"/mail/Drafts/\d+/edit/\?source=forward", draft)
    assert "$Forwarded" not in site.flags(uid)
    assert "$Submi" not in site.flags(int(draft.split("/")[3]), "Drafts")
    page = site.text(draft)
    assert "Nothing was sent" in page and page.count("stays on the server") == 2
    assert fields(page)["to"] == ["bob@lemonade.test"] and "forward." in fields(page)["source"][0]
    assert not Outbox.objects.exists() and "Nothing sent yet" in site.text("/mail/Sent/")


def test_what_was_handed_over_can_not_be_taken_back(site: Site) -> None:
    way = site.client.post("/write/", {"to": site.email, "text": "x"}).headers["Location"]
    Outbox.objects.update(next_attempt_at=timezone.now())
    attempts.attempt(Outbox.objects.get().pk)
    assert site.client.post(f"{way}take-back/").status_code == 409
    assert "Undo" not in site.text(way) and Outbox.objects.exists()


def test_what_somebody_wrote_is_not_shown_to_somebody_else(site: Site) -> None:
    site.client.logout()
    theirs = {"sender": "mallory@lemonade.test", "text": "Not for you", "do": "send"}
    site.client.post("/write/", theirs)
    login = {"username": site.email, "password": PASSWORD, "next": "/write/"}
    site.client.post("/login/", login)
    assert "Not for you" not in site.text("/write/")


@pytest.mark.parametrize(
    "query",
    [
        "to=x@y.example&to=Zoe+%3Cz@y.example%3E&subject=Hi&body=line1%0Aline2&cc=c@d.example"
        "&bcc=b@d.example",
        "mailto=mailto%3Ax%40y.example%3Fto%3DZoe%2520%253Cz%40y.example%253E%26Subject%3DHi%26body"
        "%3Dline1%250D%250Aline2%26cc%3Dc%40d.example%26bcc%3Db%40d.example%26attach%3D%2Fetc",
    ],
)
def test_a_link_fills_in_the_form(site: Site, query: str) -> None:
    page = site.text(f"/write/?{query}")
    filled = fields(page)
    assert filled["to"] == ["x@y.example, Zoe <z@y.example>"]
    assert filled["cc"] == ["c@d.example"] and filled["bcc"] == ["b@d.example"]
    assert filled["subject"] == ["Hi"] and filled["text"] == "line1\nline2"
    assert '<details class="more-lines" open' in page, "nothing is filled in unseen"


def test_a_link_may_name_what_it_answers_and_nothing_else(site: Site) -> None:
    link = "mailto:a+b@x.example?In-Reply-To=%3C1@x%3E&subject=a%0D%0ABcc:%20b@x&from=c@x&x=y"
    filled = fields(site.text(f"/write/?{urlencode({'mailto': link})}"))
    assert filled["to"] == ["a+b@x.example"] and filled["in_reply_to"] == ["<1@x>"]
    assert filled["references"] == ["<1@x>"] and filled["bcc"] == [""]
    assert filled["subject"] == ["a Bcc: b@x"]
    assert fields(site.text("/write/?mailto=https://x.example/"))["to"] == [""]


@pytest.mark.parametrize(
    ("link", "expected"),
    [  # RFC 6068 §6
        ("mailto:chris@example.com", {"to": "chris@example.com"}),
        ("mailto:addr1@an.example,addr2@an.example", {"to": "addr1@an.example,addr2@an.example"}),
        (
            "mailto:?to=joe@example.com&cc=bob@example.com&body=hello%2C%20all",
            {"to": "joe@example.com", "cc": "bob@example.com", "text": "hello, all"},
        ),
        (
            "mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E",
            {"in_reply_to": "<3469A91.D10AF4C@example.com>"},
        ),
        ("mailto:gorby%25kremvax@example.com", {"to": "gorby%kremvax@example.com"}),
        ("mailto:unlikely%3Faddress@example.com?to=", {"to": "unlikely?address@example.com"}),
        ("mailto:Mike%26family@example.org", {"to": "Mike&family@example.org"}),
        ("mailto:%22not%40me%22@example.org", {"to": '"not@me"@example.org'}),
        ("mailto:%22oh%5C%5Cno%22@example.org", {"to": '"oh\\\\no"@example.org'}),
        ("mailto:user@example.org?subject=caf%C3%A9", {"subject": "café"}),
        (
            "mailto:user@example.org?subject=%3D%3Futf-8%3FQ%3Fcaf%3DC3%3DA9%3F%3D",
            {"subject": "=?utf-8?Q?caf=C3=A9?="},
        ),
        (
            "mailto:user@%E7%B4%8D%E8%B1%86.example.org?subject=Test&body=NATTO",
            {"to": "user@納豆.example.org", "subject": "Test", "text": "NATTO"},
        ),
        ("MAILTO:a@x.example?SUBJECT=A+b&Attach=/etc/passwd#part", {"subject": "A+b"}),
        ("mailto:a@x.example?body=%FF%00x&attachment=file:///etc", {"to": "a@x.example"}),
    ],
)
def test_links_as_the_standard_has_them(site: Site, link: str, expected: dict[str, str]) -> None:
    page = site.text(f"/write/?{urlencode({'mailto': link})}")
    filled = fields(page)
    found = {name: filled[name] for name in expected}
    assert {name: v if name == "text" else v[0] for name, v in found.items()} == expected
    assert "passwd" not in page and "file://" not in page
