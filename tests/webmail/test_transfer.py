"""Mail out to files and back in: octets, flags and dates as they were, and nothing twice."""

from __future__ import annotations

import io
import mailbox
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from webmail.mail import Flags, Refused
from webmail.models import MailTransfer
from webmail.transfer import file_store, imports, sources, tasks
from webmail.transfer.file_formats import mbox_message, split_status
from webmail.transfer.zip_stream import ZipStream

from .website import Site, letter

State = MailTransfer.State
DATE = '" 3-Feb-2024 04:05:06 +0000"'


@pytest.fixture(autouse=True)
def at_once(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker takes up each file as soon as it is there."""
    settings.WEBMAIL_IMPORTS = str(tmp_path / "imports")
    monkeypatch.setattr(tasks.bring_in, "delay", lambda pk: tasks.bring_in(pk))
    yield


def put(site: Site, text: str, folder: str = "INBOX", flags: str = "", number: int = 1) -> bytes:
    """A stored message; its octets."""
    message = letter(f"Number {number}", text, message_id=f"<{number}@far.example>")
    octets = message.as_bytes().replace(b"\n", b"\r\n")
    assert site.imap.append(folder, flags, DATE, octets)[0] == "OK"
    return octets


def take_out(site: Site, form: str, folder: str = "") -> bytes:
    answer: Any = site.client.post("/transfer/export/", {"format": form, "folder": folder})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def bring(site: Site, name: str, data: bytes, **fields: str) -> MailTransfer:
    posted = {"files": SimpleUploadedFile(name, data), **fields}
    answer = site.client.post("/transfer/import/", posted)
    assert answer.status_code == 302, answer.content
    return MailTransfer.objects.filter(is_export=False).latest("created_at")


def all_of(site: Site, folder: str) -> list[tuple[bytes, str]]:
    """Octets and flags with dates, as another program sees them."""
    site.imap.select(folder)
    found = site.imap.uid("FETCH", "1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")[1]
    return [(item[1], item[0].decode()) for item in found if isinstance(item, tuple)]


TRAPS = (
    "Before\n\nFrom the start of a line\n>From one that was quoted\n\n"
    "From a@b Thu Jan  1 00:00:00 2015\nX: y\n"
)


@pytest.mark.parametrize("form", ["mbox", "maildir"])
def test_what_goes_out_comes_back_as_it_was(site: Site, form: str) -> None:
    whole = [
        put(site, TRAPS, flags="(\\Seen \\Answered $Work)"),
        put(site, "Two\n", flags="(\\Flagged $Forwarded)", number=2),
        put(site, "x" * 70 + "\n" + "y\n" * 200_000, number=3),
    ]
    data = take_out(site, form, "INBOX")
    site.imap.create("Back")
    row = bring(site, f"inbox.{'mbox' if form == 'mbox' else 'zip'}", data, folder="Back")
    assert (row.state, row.taken, row.refused) == (State.DONE, 3, 0), row.text
    back = all_of(site, "Back")
    assert [octets for octets, _ in back] == whole
    assert all(" 3-Feb-2024 04:05:06 +0000" in told for _, told in back)
    words = back[0][1].replace("(", " ").replace(")", " ").split()
    assert {"\\Seen", "\\Answered", "$Work"} <= set(words)
    assert "\\Flagged" in back[1][1] and "$Forwarded" in back[1][1] and "\\Seen" not in back[1][1]
    again = bring(site, "again.mbox", data, folder="Back")
    assert (again.taken, again.present) == (0, 3) and len(all_of(site, "Back")) == 3


def test_all_mail_is_a_zip_that_others_read_and_folders_come_back(site: Site) -> None:
    site.imap.create("Work/2024")
    put(site, "One\n")
    put(site, "Two\n", folder="Work/2024", number=2)
    with zipfile.ZipFile(io.BytesIO(take_out(site, "mbox"))) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert {"INBOX.mbox", "Work/2024.mbox", "Sent.mbox"} <= names
        assert archive.read("INBOX.mbox").startswith(b"From MAILER-DAEMON Sat Feb  3 04:05:06 2024")
    data = take_out(site, "maildir")
    row = bring(site, "mail.zip", data, folder="Archive", makes_folders="on")
    assert row.state == State.DONE and row.taken == 2, row.text
    assert len(all_of(site, "Archive/Work/2024")) == 1 and len(all_of(site, "Archive/INBOX")) == 1


def test_pythons_mailbox_reads_both(site: Site, tmp_path: Path) -> None:
    put(site, TRAPS, flags="(\\Seen \\Answered)")
    (tmp_path / "box").write_bytes(take_out(site, "mbox", "INBOX"))
    with closing(mailbox.mbox(tmp_path / "box")) as box:
        (message,) = box
        assert set(message.get_flags()) == {"R", "O", "A"}
    with zipfile.ZipFile(io.BytesIO(take_out(site, "maildir", "INBOX"))) as archive:
        archive.extractall(tmp_path / "maildir")
    (found,) = mailbox.Maildir(tmp_path / "maildir" / "INBOX", create=False)
    assert found.get_flags() == "RS" and found["Subject"] == "Number 1"


def test_pieces_go_on_after_a_cut(site: Site) -> None:
    put(site, "One\n")
    data = take_out(site, "mbox", "INBOX")
    begun = {"name": "a.mbox", "size": str(len(data)), "folder": "Archive"}

    def send(news: Any, offset: int, octets: bytes) -> Any:
        address = f"{news['piece']}?offset={offset}"
        return site.client.post(address, octets, content_type="application/octet-stream")

    news = site.client.post("/transfer/import/", begun).json()
    assert news["received"] == 0
    assert send(news, 0, data[:100]).json()["received"] == 100
    refused = send(news, 50, data[50:])
    assert refused.status_code == 409 and refused.json()["received"] == 100
    again = site.client.post("/transfer/import/", begun).json()
    assert again["key"] == news["key"] and again["received"] == 100
    done = send(news, 100, data[100:] + b"more than was said").json()
    assert done["received"] == len(data)
    assert site.client.get(news["follow"]).json()["text"] == "1 message taken."
    assert len(all_of(site, "Archive")) == 1


def test_a_worker_that_died_leaves_nothing_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        put(site, "x\n", number=number)
    data = take_out(site, "mbox", "INBOX")
    saved = imports._save

    def die(row: MailTransfer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "_save", die)
    with pytest.raises(KeyboardInterrupt):
        bring(site, "a.mbox", data, folder="Archive")
    monkeypatch.setattr(imports, "_save", saved)
    row = MailTransfer.objects.get(is_export=False)
    assert row.state == State.WORKING and len(all_of(site, "Archive")) == imports.BATCH
    MailTransfer.objects.filter(pk=row.pk).update(lease_until=row.created_at)
    tasks.sweep_imports()
    row.refresh_from_db()
    assert row.state == State.DONE and len(all_of(site, "Archive")) == 60
    assert (row.taken, row.present) == (60 - imports.BATCH, imports.BATCH)


def test_a_full_mailbox_ends_it_and_says_so_and_the_rest_comes_later(site: Site) -> None:
    size = sum(len(put(site, "x" * 70 + "\n", number=number)) for number in range(4))
    data = take_out(site, "mbox", "INBOX")
    site.server.call("set_account", site.email, {"quota": size * 7 // 4})
    row = bring(site, "a.mbox", data, folder="Archive")
    assert row.state == State.FAILED and "The mailbox is full" in row.text, row.text
    assert "Room left" in site.text("/transfer/")
    assert 0 < row.taken < 4 and str(row.taken) in row.text
    site.server.call("set_account", site.email, {"quota": 10_000_000})
    site.client.post(f"/transfer/{row.pk}/", {"do": "again"})
    row.refresh_from_db()
    assert row.state == State.DONE and len(all_of(site, "Archive")) == 4


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.eml", b"\x00\x01\x02 no mail", "1 could not be taken"),
        ("a.zip", b"PK\x03\x04 damaged", "1 could not be taken"),
        ("a.mbox", b"From a@b Thu Jan  1 00:00:00 2015\n\n\n", "1 could not be taken"),
    ],
)
def test_what_is_no_mail_is_said(site: Site, name: str, data: bytes, words: str) -> None:
    row = bring(site, name, data, folder="Archive")
    assert words in row.text and row.taken == 0


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(site: Site) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.eml", b"Subject: x\n\n" + b"\0" * 30_000_000)
        archive.writestr("../../etc/fine.eml", b"Subject: x\nMessage-ID: <z@x>\n\nx\n")
        archive.writestr("readme.txt", b"no mail")
    row = bring(site, "a.zip", packed.getvalue(), folder="Archive")
    assert (row.taken, row.refused) == (1, 1), row.text


def test_a_folder_that_can_not_be_made_keeps_no_mail_out(site: Site) -> None:
    packed = io.BytesIO()
    names = ["/".join("d" * 300), "../../etc", "Fine"]
    with zipfile.ZipFile(packed, "w") as archive:
        for number, name in enumerate(names):
            text = f"Subject: x\nMessage-ID: <{number}@x>\n\nx\n"
            archive.writestr(f"{name}/{number}.eml", text)
    row = bring(site, "a.zip", packed.getvalue(), folder="Archive", makes_folders="on")
    assert (row.state, row.taken) == (State.DONE, 3), row.text
    assert "mail server said no" in row.text
    for folder in ("Archive", "Archive/etc", "Archive/Fine"):
        assert len(all_of(site, folder)) == 1, folder


def test_the_disk_keeps_room_for_everything_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was begun while there was room."""
    data = b"Subject: x\n\nx\n"
    begun = {"name": "a.eml", "size": str(len(data)), "folder": "Archive"}
    news = site.client.post("/transfer/import/", begun).json()
    usage = shutil.disk_usage(tempfile.gettempdir())
    full = usage._replace(free=file_store.ROOM - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    address = f"{news['piece']}?offset=0"
    kind = "application/octet-stream"
    refused = site.client.post(address, data, content_type=kind, headers={"X-Pane": "transfer"})
    assert refused.status_code == 409 and "no room" in refused.json()["text"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert site.client.post(address, data, content_type=kind).json()["received"] == len(data)


def test_an_archive_is_unpacked_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.eml", b"Subject: x\n\n" + b"x\n" * 5_000)
    assert len(list(sources.messages(path, "a.zip"))) == 1
    small = shutil.disk_usage(tmp_path)._replace(free=file_store.ROOM + path.stat().st_size)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: small)
    with pytest.raises(Refused, match="no room"):
        list(sources.messages(path, "a.zip"))


def test_an_archive_of_too_many_files_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(300):
            archive.writestr(f"{number}.eml", b"")
    assert sources.count(path) == 0
    monkeypatch.setattr(sources, "MOST_DIRECTORY", 10_000)
    with pytest.raises(Refused, match="too large"):
        sources.count(path)


def test_a_message_without_an_identifier_is_not_taken_twice(site: Site) -> None:
    data = b"Subject: x\r\n\r\nx\r\n"
    assert bring(site, "a.eml", data, folder="Archive").taken == 1
    assert bring(site, "b.eml", data, folder="Archive").present == 1
    assert (
        bring(site, "c.eml", data.replace(b"x\r\n\r\n", b"y\r\n\r\n"), folder="Archive").taken == 1
    )


def test_it_is_ones_own(site: Site) -> None:
    row = bring(site, "a.eml", b"Subject: x\n\nx\n", folder="Archive")
    other = type(site)(site.server)
    for path in (f"/transfer/{row.pk}/", f"/transfer/{row.pk}/piece/"):
        assert other.client.post(path, {"do": "remove"}).status_code == 404
    other.imap.logout()
    answer = site.client.post("/transfer/import/", {"name": "x", "size": "9", "folder": "Nowhere"})
    assert answer.status_code == 409
    assert site.client.post("/transfer/import/", {"name": "x", "size": "0"}).status_code == 409
    assert site.client.post("/transfer/export/", {"format": "tar"}).status_code == 409
    site.client.post(f"/transfer/{row.pk}/", {"do": "remove"})
    assert not MailTransfer.objects.exists()


def test_an_archive_of_very_many_files_holds_none_of_them_in_memory(tmp_path: Path) -> None:
    stream, path = ZipStream(), tmp_path / "many.zip"
    when = datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
    with path.open("wb") as file:
        for number in range(70_000):
            file.write(stream.begin(f"ü/{number}", when, is_large=number == 7))
            file.write(stream.write(b"x" * (number % 7)) + stream.end())
        file.writelines(stream.finish())
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == 70_000 and archive.testzip() is None
        assert archive.getinfo("ü/69998").date_time == (2024, 2, 3, 4, 5, 6)


def test_lines_are_quoted_wherever_the_pieces_are_cut() -> None:
    octets = b"a: b\r\n\r\nFrom x\r\n>>From y\r\nz From w\r\n" + b"l" * 100 + b"From v"
    now = datetime.now(UTC)
    whole = b"".join(mbox_message([octets], Flags(), now))
    assert b"\n>From x\n>>>From y\nz From w\n" in whole and whole.endswith(b"lFrom v\n\n")
    for size in (1, 2, 3, 7):
        pieces = [octets[at : at + size] for at in range(0, len(octets), size)]
        assert b"".join(mbox_message(pieces, Flags(), now)) == whole
    assert split_status(b"A: b\n\nStatus: R\n") == (b"A: b\n\nStatus: R\n", Flags())
    assert sources.count(Path(__file__)) == 1
