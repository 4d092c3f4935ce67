"""Importing and exporting real files: every octet comes back, and a second run adds nothing."""

from __future__ import annotations

import io
import mailbox
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.directory import enrolment
from lemonade_server.models import Account, Domain, Mailbox, Message
from lemonade_server.store import contents
from lemonade_server.store.ids import ContentId
from lemonade_server.store.tx import snapshot
from lemonade_server.transfer.exporter import FORMATS

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = b"From: a@example.org\r\nSubject: one\r\n\r\nhello\r\n"
MARKED = b"From: a@example.org\r\nStatus: RO\r\nX-Status: F\r\n\r\nhello\r\n"
TRICKY = (
    b"From: a@example.org\r\nSubject: two\r\nStatus: RO\r\n\r\n"
    b"From the start\r\n>From quoted\r\n>>From twice\r\n\r\nFrom again\r\n"
)


@pytest.fixture(autouse=True)
def alice() -> Account:
    Domain.objects.create(name="lemonade.test")
    return enrolment.enrol("alice@lemonade.test", "correct-horse")


def stored(name: str = "INBOX") -> list[bytes]:
    """What the mailbox holds, in the order of UIDs."""
    rows = Message.objects.filter(mailbox__name=name).order_by("uid")
    with snapshot() as tx:
        return [contents.read(tx, ContentId(row.content_id), 0, row.size) for row in rows]


def import_mail(path: Path, *words: str) -> str:
    out = io.StringIO()
    call_command("importmail", "alice", str(path), *words, stdout=out)
    return out.getvalue().strip()


def folder_of_eml(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "deep").mkdir(parents=True)
    (folder / "1.eml").write_bytes(PLAIN.replace(b"\r\n", b"\n"))
    (folder / "2.eml").write_bytes(b"From me Wed Aug 21 08:00:00 2002\n" + TRICKY)
    (folder / "deep" / "3.eml").write_bytes(PLAIN)
    return folder


def test_a_folder_of_eml_twice(tmp_path: Path) -> None:
    folder = folder_of_eml(tmp_path)
    assert import_mail(folder) == "3 stored, 0 were there already"
    assert stored() == [PLAIN, TRICKY, PLAIN]
    assert import_mail(folder) == "0 stored, 3 were there already"
    assert Message.objects.get(uid=2).internaldate == 1029916800


def test_a_break_is_made_good(tmp_path: Path) -> None:
    folder = folder_of_eml(tmp_path)
    import_mail(folder / "1.eml")
    assert import_mail(folder) == "2 stored, 1 were there already"
    assert sorted(stored()) == sorted([PLAIN, TRICKY, PLAIN])


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_exported_comes_back(tmp_path: Path, form: str) -> None:
    import_mail(folder_of_eml(tmp_path))
    Message.objects.filter(uid=1).update(bits=5)
    out = tmp_path / "out"
    call_command("exportmail", "alice", str(out), "--format", form, stdout=io.StringIO())
    source = out / "INBOX.mbox" if form == "mbox" else out
    import_mail(source, "--mailbox", "Back")
    assert sorted(stored("Back")) == sorted(stored("INBOX"))
    if form == "maildir":
        bits = Message.objects.filter(mailbox__name="Back").values_list("bits", flat=True)
        assert sorted(bits) == [0, 0, 5]


def test_a_maildir_with_a_subfolder(tmp_path: Path) -> None:
    root = mailbox.Maildir(tmp_path / "Maildir")
    root.add(PLAIN)
    root.add_folder("Work.2024").add(TRICKY)
    assert import_mail(tmp_path / "Maildir", "--mailbox", "Old") == (
        "2 stored, 0 were there already"
    )
    assert stored("Old") == [PLAIN]
    assert stored("Old/Work/2024") == [TRICKY]
    assert Mailbox.objects.filter(name="Old/Work", noselect=False).exists()


def test_flags_of_an_mbox(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.write_bytes(b"From me Wed Aug 21 08:00:00 2002\n" + PLAIN + b"\nFrom me now\n" + MARKED)
    import_mail(box)
    assert list(Message.objects.order_by("uid").values_list("bits", flat=True)) == [0, 5]


@pytest.mark.parametrize("path", ["missing", "empty"])
def test_a_path_without_mail_is_a_clear_error(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match=r"does not exist|neither a Maildir"):
        import_mail(tmp_path / path)


def test_a_used_up_quota_stops_cleanly(tmp_path: Path, alice: Account) -> None:
    alice.quota = 10
    alice.save()
    with pytest.raises(CommandError, match=r"quota is used up\.$"):
        import_mail(folder_of_eml(tmp_path))
    assert stored() == []
