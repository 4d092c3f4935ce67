"""Parts of any mail that go along with what is written: found, chosen, never fetched."""

from __future__ import annotations

import html
import re
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from webmail.mail.imap.pool import connections
from webmail.models import Outbox
from webmail.outgoing import attempts

from .test_autosave import octets, save
from .test_views_drafts import stored
from .test_views_writing import fields, with_attachment
from .website import TEMPLATE, Site, letter

BAR = 3_000  # octets between web and mail server, beside the pages
TICK = re.compile(r'<input type="checkbox" name="part" value="([^"]*)" data-name="([^"]*)"')


def named(subject: str, *names: str, size: int = 2_000) -> EmailMessage:
    message = letter(subject, message_id=f"<{subject.replace(' ', '.')}@far.example>")
    for name in names:
        message.add_attachment(b"\x07" * size, "application", "pdf", filename=name)
    return message


def offered(page: str) -> dict[str, str]:
    """What the picker offers: the token by the name."""
    return {html.unescape(name): html.unescape(token) for token, name in TICK.findall(page)}


def picker(site: Site, form: dict[str, Any], **asked: Any) -> str:
    """The picker's page after a press of Search."""
    posted = {"form": form["once"], "do": "search", **asked}
    answer = site.client.post("/write/pick/", posted)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def remove(site: Site, uid: int, folder: str = "INBOX") -> None:
    site.imap.select(folder)
    site.imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()


def names_in(message: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in message.iter_attachments()]


def test_it_searches_all_mail_and_lists_what_can_go_along(site: Site) -> None:
    site.put(named("Roof survey", "roof.pdf", "walls.pdf"))
    site.put(named("Sewer survey", "sewer.pdf"), "Sent")
    site.put(letter("Only words"))
    form = fields(site.text("/write/?subject=Hello"))
    first = site.text(f"/write/pick/?form={form['once'][0]}")
    assert {"roof.pdf", "walls.pdf", "sewer.pdf", "Roof survey.eml"} <= offered(first).keys()
    assert "Only words.eml" not in offered(first)
    assert "Only words.eml" in offered(picker(site, form, any="on"))
    found = offered(picker(site, form, q="subject:roof"))
    assert "roof.pdf" in found and "sewer.pdf" not in found
    assert "Only words" not in picker(site, form, q="in:nowhere")


def test_a_search_that_can_not_be_read_is_said_and_what_was_ticked_stays(site: Site) -> None:
    site.put(named("Roof survey", "roof.pdf"))
    form = fields(site.text("/write/?subject=Hello"))
    token = offered(picker(site, form))["roof.pdf"]
    page = picker(site, form, q="larger:much", part=[token])
    assert 'role="alert"' in page and offered(page) == {"roof.pdf": token}
    assert page.count("checked") == 1


def test_it_goes_on_to_further_pages_and_keeps_what_was_ticked(site: Site) -> None:
    for number in range(23):
        octets = named(f"Survey {number}", f"{number}.pdf", size=10).as_bytes()
        date = f'"{number + 1:2}-Nov-2026 10:00:00 +0000"'
        site.imap.append("INBOX", "", date, octets.replace(b"\n", b"\r\n"))
    form = fields(site.text("/write/?subject=Hello"))
    page = picker(site, form)
    files = {name: token for name, token in offered(page).items() if name.endswith(".pdf")}
    token = next(iter(files.values()))
    assert len(files) == 20 and 'name="first" value="21"' in page
    second = site.client.post(
        "/write/pick/", {"form": form["once"], "first": "21", "part": [token]}
    ).content.decode()
    rest = {name for name in offered(second) if name.endswith(".pdf")}
    assert len(rest) == 4 and len(rest | files.keys()) == 23 and token in offered(second).values()


def test_parts_and_whole_messages_of_several_go_along_by_reference(site: Site) -> None:
    """As the script has it: the tokens are put into the form that is open."""
    site.put(named("Roof survey", "roof.pdf", "walls.pdf", size=9_000_000))
    site.put(named("Sewer survey", "sewer.pdf", size=9_000_000), "Sent")
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Surveys"))
    found = offered(picker(site, form))
    chosen = [found["walls.pdf"], found["sewer.pdf"], found["Sewer survey.eml"]]
    form |= {"kept": chosen, "offered": chosen}
    before = octets(site)
    save(site, form, text="See the surveys")
    assert octets(site) - before < BAR, octets(site) - before
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")[1:]
    assert names_in(sent) == ["walls.pdf", "sewer.pdf", "Sewer survey.eml"]
    walls, _, whole = sent.iter_attachments()
    assert walls.get_content() == b"\x07" * 9_000_000
    assert whole.get_content()["Subject"] == "Sewer survey"
    row = Outbox.objects.get()
    assert row.kept > 3 * 9_000_000 and row.octets_imap < BAR, row.octets_imap


def test_without_a_script_the_page_comes_back_to_the_form(site: Site) -> None:
    uid = site.put(named("Roof survey", "roof.pdf", "walls.pdf"))
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Half"))
    pressed = site.client.post("/write/", form | {"text": "My words", "do": "pick"})
    assert pressed.status_code == 302 and not Outbox.objects.exists()
    found = offered(site.text(pressed.headers["Location"]))
    ticked = [found["roof.pdf"], found["Roof survey.eml"]]
    posted = {"form": form["once"], "do": "attach", "part": ticked}
    back = site.client.post("/write/pick/", posted)
    remove(site, uid)
    page = site.text(back.headers["Location"])
    again = fields(page)
    assert again["text"].strip() == "My words" and again["to"] == ["bob@lemonade.test"]
    assert page.count("stays on the server") == 2 and len(again["kept"]) == 2
    assert site.client.post("/write/", again | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert names_in(sent) == ["roof.pdf", "Roof survey.eml"] and stored(site, "Drafts") == []


def test_what_vanished_before_it_was_attached_is_said_and_the_rest_is_kept(site: Site) -> None:
    uid = site.put(named("Roof survey", "roof.pdf"))
    site.put(named("Sewer survey", "sewer.pdf"))
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello"))
    site.client.post("/write/", form | {"text": "My words", "do": "pick"})
    found = offered(picker(site, form))
    ticked = [found["roof.pdf"], found["sewer.pdf"]]
    remove(site, uid)
    assert "1 thing that you chose is not there any more" in picker(site, form, part=ticked)
    posted = {"form": form["once"], "do": "attach", "part": ticked}
    page = site.text(site.client.post("/write/pick/", posted).headers["Location"])
    assert "1 thing that you chose is not there any more" in page
    assert "sewer.pdf" in page and "roof.pdf" not in page
    assert fields(page)["text"].strip() == "My words"


def test_what_vanished_before_it_was_sent_is_said_and_nothing_is_half_sent(site: Site) -> None:
    uid = site.put(named("Roof survey", "roof.pdf"))
    site.put(named("Sewer survey", "sewer.pdf"))
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Both"))
    found = offered(picker(site, form))
    chosen = [found["roof.pdf"], found["sewer.pdf"]]
    form |= {"kept": chosen, "offered": chosen, "text": "Look", "do": "send"}
    remove(site, uid)
    answer = site.client.post("/write/", form)
    page = answer.content.decode()
    assert answer.status_code == 400 and "is not there any more" in page
    assert not Outbox.objects.exists() and stored(site, "Sent") == []
    again = fields(TEMPLATE.sub("", page)) | {"do": "send"}
    assert again["kept"] == [found["sewer.pdf"]] and again["text"] == "Look"
    assert site.client.post("/write/", again).status_code == 302


def test_a_forward_of_the_whole_message_takes_others_along(site: Site) -> None:
    uid = site.put(with_attachment())
    site.put(named("Sewer survey", "sewer.pdf"))
    form = fields(site.text(f"/mail/INBOX/{uid}/forward/?whole=1"))
    token = offered(picker(site, form))["sewer.pdf"]
    form |= {"to": "bob@lemonade.test", "do": "send", "kept": [token]}
    form["offered"] = [*form["offered"], token]
    assert site.client.post("/write/", form).status_code == 302
    (sent,) = stored(site, "Sent")
    assert names_in(sent) == ["The survey.eml", "sewer.pdf"]


@pytest.mark.parametrize("token", ["", "no.token", "1.1.1", "x.y.z.INBOX", "1.1.1.Nowhere"])
def test_what_was_never_offered_is_not_taken(site: Site, token: str) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    posted = {"form": form["once"], "do": "attach", "part": [token]}
    assert site.client.post("/write/pick/", posted).status_code == 302
    assert stored(site, "Drafts") == []


def test_a_form_of_somebody_else_is_refused(site: Site) -> None:
    assert site.client.get("/write/pick/").status_code == 400
    many = [f"1.{uid}.1.INBOX" for uid in range(300)]
    form = fields(site.text("/write/?subject=Hello"))
    assert site.client.post("/write/pick/", {"form": form["once"], "part": many}).status_code == 400


def test_no_connection_is_held_by_the_picker(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    picker(site, form)
    seat = connections.seat(site.email)
    assert seat.lock.acquire(timeout=60)
    seat.lock.release()


def test_several_messages_of_a_list_are_forwarded_as_attachments(site: Site) -> None:
    uids = [site.put(named(f"Survey {at}", f"{at}.pdf", size=9_000_000)) for at in range(3)]
    page = site.text("/mail/INBOX/")
    assert 'formaction="/mail/INBOX/forward/"' in page
    answer = site.client.post("/mail/INBOX/forward/", {"uid": uids, "validity": ""})
    address = answer.headers["Location"]
    form = fields(site.text(address))
    assert form["subject"] == ["Fwd: Survey 2 and 2 more"] and len(form["kept"]) == 3
    before = octets(site)
    save(site, form, text="All of them", to="bob@lemonade.test")
    assert octets(site) - before < BAR + 3 * 300, octets(site) - before
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert names_in(sent) == ["Survey 0.eml", "Survey 1.eml", "Survey 2.eml"]
    assert Outbox.objects.get().octets_imap < BAR + 3 * 300


def test_of_too_many_messages_nothing_is_begun(site: Site) -> None:
    assert site.client.post("/mail/INBOX/forward/", {}).status_code == 409
    answer = site.client.post("/mail/INBOX/forward/", {"uid": ["1:500"]})
    assert answer.status_code == 409 and b"At most 100 messages" in answer.content
    assert site.client.get("/mail/INBOX/forward/?uids=7").status_code == 404


def test_one_of_several_that_is_gone_is_said(site: Site) -> None:
    uids = [site.put(named(f"Survey {at}", f"{at}.pdf")) for at in range(3)]
    remove(site, uids[0])
    page = site.text(f"/mail/INBOX/forward/?uids={uids[0]}:{uids[2]}")
    assert "1 thing that you chose is not there any more" in page
    assert "Survey 1.eml" in page and "Survey 0.eml" not in page


def test_an_answer_keeps_the_attachments_when_one_says_so(site: Site) -> None:
    uid = site.put(with_attachment())
    page = site.text(f"/mail/INBOX/{uid}/reply/")
    form = fields(page)
    assert "kept" not in form and len(form["offered"]) == 2
    assert "Keep attachments of the message you answer" in page
    form |= {"do": "send", "text": "Here they are again", "kept": form["offered"][1:]}
    assert site.client.post("/write/", form).status_code == 302
    (sent,) = stored(site, "Sent")
    assert names_in(sent) == ["b.pdf"]
    form = fields(site.text(f"/mail/INBOX/{uid}/reply/"))
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    assert not stored(site, "Sent")[1].is_multipart()


def test_the_receipt_says_what_travelled_and_what_did_not(site: Site) -> None:
    site.put(named("Roof survey", "roof.pdf", size=300_000))
    form = fields(site.text(f"/write/?to={site.email}&subject=Both"))
    token = offered(picker(site, form))["roof.pdf"]
    form |= {"kept": [token], "offered": [token], "do": "send"}
    form["files"] = SimpleUploadedFile("note.txt", b"x" * 2_000)
    way = site.client.post("/write/", form).headers["Location"]
    Outbox.objects.update(next_attempt_at=timezone.now())
    attempts.attempt(Outbox.objects.get().pk)
    page = site.text(way)
    assert "Attached 300 kB from the server." in page
    assert "Stayed on the server: roof.pdf (300 kB)" in page
    assert "Travelled: note.txt (2 kB)" in page
