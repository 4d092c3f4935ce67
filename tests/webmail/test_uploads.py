"""Files that come piece by piece while somebody writes: cut anywhere, whole at the end."""

from __future__ import annotations

import base64
import hashlib
import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lemonade_server.models import Account
from webmail.mail import NotFound
from webmail.models import FileUpload, Outbox, SavedForm
from webmail.writing import uploads

from .test_autosave import BAR, octets, save
from .test_views_drafts import stored
from .test_views_writing import fields
from .website import Site

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the octets wait; tests type faster than people."""
    from webmail.writing import autosave

    monkeypatch.setattr(autosave, "MOST_SAVES", 1_000)
    settings.WEBMAIL_UPLOADS = str(tmp_path / "uploads")
    return tmp_path / "uploads"


def begin(site: Site, form: dict[str, Any], data: bytes, status: int = 201, **about: Any) -> Any:
    """What the browser asks before an octet of the file travels."""
    words = {"form": form["once"][0], "name": "plan.pdf", "type": "application/pdf", **about}
    coded = (f"{key} {base64.b64encode(x.encode()).decode()}" for key, x in words.items())
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": ",".join(coded)}
    answer = site.client.post("/write/upload/", headers={**headers, "X-Pane": "upload"})
    assert answer.status_code == status, answer.content
    return answer


def patch(site: Site, address: str, offset: int, data: bytes, status: int = 204) -> Any:
    headers = {**TUS, "Upload-Offset": str(offset)}
    answer = site.client.patch(address, data, content_type=PIECE, headers=headers)
    assert answer.status_code == status, answer.content
    return answer


def upload(site: Site, form: dict[str, Any], data: bytes, **about: Any) -> str:
    """A whole file; the token that its form has for it."""
    address = begin(site, form, data, **about).headers["Location"]
    patch(site, address, 0, data)
    return f"upload.{address.strip('/').rpartition('/')[2]}"


def add(form: dict[str, Any], *tokens: str) -> None:
    """As the script does once they are whole."""
    for name in ("kept", "offered"):
        form[name] = [*form.get(name, []), *tokens]


class Cut(Exception):
    """The end of a link, or of a process."""


def cut_stream(data: bytes, at: int, random: random.Random) -> Callable[[int], bytes]:
    """Gives what comes before ``at`` in pieces, and then no more."""
    place = 0

    def read(most: int) -> bytes:
        nonlocal place
        if place >= at:
            raise Cut
        piece = data[place : min(at, place + random.randint(1, most))]
        place += len(piece)
        return piece

    return read


@pytest.mark.django_db
def test_whatever_cuts_it_the_file_is_whole_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that end at any octet, and processes that die between the disk and the row."""
    account = Account.objects.create_user("cut@lemonade.test", "x")
    chance = random.Random(26)
    fsync = os.fsync
    for _ in range(60):
        data = chance.randbytes(chance.randint(0, 900_000))
        row = uploads.begin(account, "form", f"{chance.random()}", "", len(data), 1)
        while True:
            row = uploads.find(account, row.pk)  # another process goes on
            if row.whole:
                break
            left = len(data) - row.received
            stop = min(left, chance.randint(0, left + left // 2))
            is_killed = chance.random() < 0.3

            def sync(descriptor: int, is_killed: bool = is_killed) -> None:
                fsync(descriptor)
                if is_killed:
                    raise Cut

            monkeypatch.setattr(os, "fsync", sync)
            source = cut_stream(data[row.received :], stop, chance)
            before = row.received
            with pytest.raises(Cut):
                uploads.receive(row, before, source)
            monkeypatch.setattr(os, "fsync", fsync)
            noted = uploads.find(account, row.pk).received
            assert noted == (before if is_killed else before + stop)
        digest = hashlib.sha256(uploads.path_of(row).read_bytes()[: row.size])
        assert digest.digest() == hashlib.sha256(data).digest()
        (found,) = uploads.whole_uploads("cut@lemonade.test", [row.token])
        with found.open() as file:
            assert file.read() == data
        uploads.remove(row)


def test_it_is_part_of_the_draft_once_it_is_whole_and_stays_there(site: Site, folder: Path) -> None:
    data = os.urandom(3_000_000)
    form = fields(site.text("/write/?subject=Hello")) | {
        "to": "bob@lemonade.test",
        "subject": "Plan",
    }
    address = begin(site, form, data).headers["Location"]
    patch(site, address, 0, data[:1_000_001])
    asked = site.client.head(address, headers=TUS)
    assert asked.headers["Upload-Offset"] == "1000001"
    token = f"upload.{FileUpload.objects.get().pk}"
    add(form, token)
    save(site, form, text="Not all of it")
    assert not stored(site, "Drafts")[0].is_multipart()
    patch(site, address, 1_000_001, data[1_000_001:])
    assert "pause" not in save(site, form, text="See the plan")
    assert not FileUpload.objects.exists() and list(folder.iterdir()) == []
    before = octets(site)
    save(site, form, text="See the plan, please")
    assert octets(site) - before < BAR
    (draft,) = stored(site, "Drafts")
    (part,) = draft.iter_attachments()
    assert part.get_content() == data and part.get_filename() == "plan.pdf"
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    (part,) = sent.iter_attachments()
    assert part.get_content() == data and Outbox.objects.get().octets_imap < 3_000


def test_it_is_sent_right_after_it_came(site: Site, folder: Path) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello"))
    add(form, upload(site, form, b"one", name="1.txt"), upload(site, form, b"two", name="2.txt"))
    assert site.client.post("/write/", form | {"do": "send"}).status_code == 302
    (sent,) = stored(site, "Sent")
    assert [part.get_filename() for part in sent.iter_attachments()] == ["1.txt", "2.txt"]
    assert list(folder.iterdir()) == []
    begin(site, form, b"late", status=409)


def test_what_is_not_whole_or_gone_is_not_sent_without(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Hello")) | {"do": "send"}
    begin(site, form, b"never came")
    half = f"upload.{FileUpload.objects.get().pk}"
    for token in (half, "upload.nonsense"):
        answer = site.client.post("/write/", form | {"kept": [token], "offered": [token]})
        assert answer.status_code == 400 and b"is not there any more" in answer.content
    assert not Outbox.objects.exists()


def test_a_form_that_is_shown_again_has_its_files(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello")) | {"to": "bob@", "do": "send"}
    add(form, upload(site, form, b"one", name="1.txt"))
    page = site.client.post("/write/", form)
    assert page.status_code == 400 and b"1.txt" in page.content
    again = fields(page.content.decode()) | {"to": "bob@lemonade.test", "do": "send"}
    assert site.client.post("/write/", again).status_code == 302
    assert "1.txt" in stored(site, "Sent")[0].as_string()


def test_the_same_file_goes_on_where_it_was(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    first = begin(site, form, b"0123456789", modified="7")
    patch(site, first.headers["Location"], 0, b"0123")
    again = begin(site, form, b"0123456789", modified="7")
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Upload-Offset"] == "4"
    changed = begin(site, form, b"0123456789", modified="8")
    assert changed.headers["Upload-Offset"] == "0"


def test_what_does_not_fit_is_said_before_it_travels(site: Site, settings: Any) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    settings.WEBMAIL_MAX_MESSAGE = 1_000_000
    answer = begin(site, form, bytes(900_000), status=413)
    assert "a message may have 1 MB" in answer.json()["text"]
    site.server.call("set_account", site.email, {"quota": 100_000})
    answer = begin(site, form, bytes(400_000), status=413)
    assert "The mailbox has room for" in answer.json()["text"]
    assert not FileUpload.objects.exists()


def test_only_who_writes_the_form_reaches_its_files(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    address = begin(site, form, b"0123456789").headers["Location"]
    token = f"upload.{FileUpload.objects.get().pk}"
    patch(site, address, 0, b"0123456789")
    site.client.force_login(Account.objects.create_user("mallory@lemonade.test", "x"))
    assert site.client.head(address, headers=TUS).status_code == 404
    patch(site, address, 10, b"x", status=404)
    assert site.client.delete(address, headers=TUS).status_code == 404
    assert uploads.whole_uploads("mallory@lemonade.test", [token]) == []
    begin(site, form, b"x", status=400)
    site.client.logout()
    assert site.client.head(address, headers=TUS).status_code in (302, 401)
    assert FileUpload.objects.get().received == 10


def test_a_file_that_is_removed_while_it_comes_is_gone(site: Site, folder: Path) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    address = begin(site, form, b"x" * 10).headers["Location"]
    row = FileUpload.objects.get()
    pieces = iter([b"x" * 5, b""])

    def read(_: int) -> bytes:
        if (piece := next(pieces)) == b"":
            site.client.delete(address, headers=TUS)
        return piece

    with pytest.raises(NotFound):
        uploads.receive(row, 0, read)
    uploads.path_of(row).touch()  # the row went first
    with pytest.raises(NotFound):
        uploads.receive(row, 0, lambda _: b"")


def test_bad_requests_change_nothing(site: Site) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    address = begin(site, form, b"0123456789").headers["Location"]
    patch(site, address, 3, b"345", status=409)
    patch(site, address, 0, b"0123456789A", status=413)
    assert FileUpload.objects.get().received == 0
    plain = site.client.patch(address, b"01", content_type="text/plain", headers=TUS)
    assert plain.status_code == 415
    assert site.client.head(address).status_code == 412
    assert site.client.post("/write/upload/", headers=TUS).status_code == 400
    assert site.client.options("/write/upload/").headers["Tus-Version"] == "1.0.0"
    assert site.client.delete(address, headers=TUS).status_code == 204
    assert site.client.head(address, headers=TUS).status_code == 404


def test_what_nobody_goes_on_with_is_removed_after_a_day(site: Site, folder: Path) -> None:
    form = fields(site.text("/write/?subject=Hello"))
    for name in ("old", "new"):
        begin(site, form, b"0123456789", name=name)
    stray = folder / "stray"
    stray.write_bytes(b"of nobody")
    since = timezone.now() - timedelta(days=2)
    os.utime(stray, (since.timestamp(), since.timestamp()))
    FileUpload.objects.filter(name="old").update(updated_at=since)
    uploads.forget()
    left = FileUpload.objects.get()
    assert left.name == "new" and [path.name for path in folder.iterdir()] == [str(left.pk)]


def test_too_many_files_are_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 2)
    form = fields(site.text("/write/?subject=Hello"))
    for name in ("1", "2"):
        begin(site, form, b"x", name=name)
    begin(site, form, b"x", name="3", status=409)
    assert SavedForm.objects.count() == 0
