"""The messages of a file that somebody brings: an mbox, a single message, or a ZIP of them."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext

from webmail.mail import Flags, IncomingMessage, Refused, mbox
from webmail.transport.endpoint import message_limit

from . import file_store
from .file_formats import keywords_of, maildir_flags, network_lines, split_status

MOST_IN_ZIP = 50_000_000_000  # octets that the files of an archive may have together
RATIO = 200  # times that a file of an archive may be larger than it is in there
PART = re.compile(r"(?:^|/)(?:cur|new)/[^/]+\Z")
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[!#-\[\]-~]{1,240}>)\s*$", re.I | re.M)
DATE = re.compile(rb"^Date:[ \t]*([^\n]{1,200})", re.I | re.M)
_IS_MAIL = re.compile(rb"\A(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*){1,}", re.MULTILINE)
BEGINNING = 8192
NO_FOLDERS = ("/", ".", "..")  # parts of a path that name none
MOST_DIRECTORY = 100_000_000  # octets: all of it is read at once, and takes several times as many
MOST_KEYWORDS = 10_000  # octets of the file with their names


@dataclass(frozen=True, slots=True)
class BroughtMessage:
    """A message of the file. ``below``: levels of the folder in which the file has it."""

    message: IncomingMessage
    below: tuple[str, ...] = ()


def is_archive(path: Path) -> bool:
    """Whether it is a ZIP."""
    return zipfile.is_zipfile(path)


def count(path: Path) -> int:
    """About how many messages there are; of an archive, as many as it has files."""
    if is_archive(path):
        with _open_archive(path) as archive:
            return sum(1 for one in archive.infolist() if _is_wanted(one))
    return mbox.count(path) if _is_mbox(path) else 1


def messages(path: Path, name: str) -> Iterator[BroughtMessage | None]:
    """All of them, in a fixed order; None for one that can't be taken: no mail, or too large.

    Raises Refused when the file is none that can be read.
    """
    if is_archive(path):
        yield from _of_archive(path)
    elif not path.stat().st_size:
        raise Refused(gettext("The file is empty."))
    else:
        yield from _of_file(path, PurePosixPath(name), ())


def _of_archive(path: Path) -> Iterator[BroughtMessage | None]:
    with _open_archive(path) as archive:
        keywords = _keywords(archive)
        for entry in archive.infolist():
            if not _is_wanted(entry):
                continue
            if entry.file_size > max(RATIO * entry.compress_size, 1_000_000):
                yield None
                continue
            file_store.require_room(Path(tempfile.gettempdir()), entry.file_size)
            with tempfile.NamedTemporaryFile() as copy:
                with archive.open(entry) as packed:
                    shutil.copyfileobj(packed, copy, 256 * 1024)
                copy.flush()
                where = PurePosixPath(entry.filename)
                below = tuple(part for part in where.parent.parts if part not in NO_FOLDERS)
                for found in _of_file(Path(copy.name), where, below):
                    if found is not None and PART.search(entry.filename):
                        letters = keywords.get(str(where.parent.parent), {})
                        found.message.flags.keywords += keywords_of(where.name, letters)
                    yield found


@contextmanager
def _open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises Refused."""
    with _BoundedFile(io.FileIO(path)) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Refused(gettext("This ZIP can't be read: it is damaged.")) from error
        with archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused(gettext("This ZIP has a password. Pack it without one."))
            if sum(entry.file_size for entry in entries) > MOST_IN_ZIP:
                raise Refused(gettext("What is in this ZIP is too large."))
            yield archive


class _BoundedFile(io.BufferedReader):
    """No more is read at once than the directory of an archive may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Raises Refused."""
        if size is not None and size > MOST_DIRECTORY:
            raise Refused(gettext("What is in this ZIP is too large."))
        return super().read(size)


def _keywords(archive: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """Which letter stands for which keyword, by folder, as Dovecot notes it in a Maildir."""
    found: dict[str, dict[str, str]] = {}
    for entry in archive.infolist():
        where = PurePosixPath(entry.filename)
        if where.name == "dovecot-keywords" and entry.file_size <= MOST_KEYWORDS:
            lines = archive.read(entry).decode("utf-8", "replace").split("\n")
            pairs = [line.split(" ", 1) for line in lines if re.match(r"\d{1,2} \S", line)]
            found[str(where.parent)] = {
                chr(ord("a") + int(at)): word.strip() for at, word in pairs if int(at) < 26
            }
    return found


def _is_wanted(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.lower()
    base = name.rpartition("/")[2]
    if entry.is_dir() or not entry.file_size or base.startswith(".") or "__macosx/" in name:
        return False
    return bool(PART.search(name)) or name.endswith((".eml", ".mbox", ".mbx")) or base == "mbox"


def _of_file(
    path: Path, name: PurePosixPath, below: tuple[str, ...]
) -> Iterator[BroughtMessage | None]:
    if _is_mbox(path):
        folders = (*below, name.stem) if name.suffix.lower() in (".mbox", ".mbx") else below
        for line, octets in mbox.messages(path):
            yield _read_message(octets, mbox.envelope_date(line), Flags(), folders)
        return
    if path.stat().st_size > message_limit():
        yield None
        return
    octets = path.read_bytes()
    if below and below[-1] in ("cur", "new") and PART.search(str(name)):
        seconds = re.match(r"(\d{6,11})\.", name.name)
        received = int(seconds[1]) if seconds else None
        yield _read_message(octets, received, maildir_flags(name.name), below[:-1])
        return
    first = mbox.ENVELOPE_LINE.match(octets)
    date = mbox.envelope_date(first[0]) if first else None
    yield _read_message(octets[first.end() :] if first else octets, date, Flags(), below)


def _is_mbox(path: Path) -> bool:
    return mbox.beginning(path).startswith(b"From ")


def _read_message(
    octets: bytes, received: int | None, flags: Flags, below: tuple[str, ...]
) -> BroughtMessage | None:
    """``received`` in seconds; where the file does not say, the date is the sender's."""
    plain, noted = split_status(octets.replace(b"\r\n", b"\n").replace(b"\0", b""))
    if len(plain) > message_limit() or not _IS_MAIL.match(plain[:BEGINNING] + b"\n"):
        return None
    for name in ("seen", "answered", "flagged", "draft", "deleted", "forwarded"):
        setattr(flags, name, getattr(flags, name) or getattr(noted, name))
    flags.keywords += noted.keywords
    head = plain.partition(b"\n\n")[0]
    found = MESSAGE_ID.search(head)
    message_id = found[1].decode("ascii") if found else ""
    when = datetime.fromtimestamp(received, UTC) if received else _date_of(head)
    return BroughtMessage(IncomingMessage(network_lines(plain), flags, when, message_id), below)


def _date_of(head: bytes) -> datetime | None:
    match = DATE.search(head)
    if match is None:
        return None
    try:
        when = parsedate_to_datetime(match[1].decode("ascii", "replace").strip())
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
