"""Read messages from mbox files, Maildirs, folders of .eml and single files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lemonade_server.store import flags
from lemonade_server.store.ingest import crlf
from lemonade_server.wire import mbox

_MBOX_STATUS = {"R": flags.SEEN, "A": flags.ANSWERED, "F": flags.FLAGGED, "D": flags.DELETED}
_MAILDIR_INFO = {
    "S": flags.SEEN,
    "R": flags.ANSWERED,
    "F": flags.FLAGGED,
    "T": flags.DELETED,
    "D": flags.DRAFT,
}


class UnreadableMail(ValueError):
    """The path holds no mail that can be read; the text says why."""


@dataclass(slots=True)
class FoundMessage:
    """One message as it goes into the store: CRLF line ends, no mbox envelope line.

    ``below`` names the folder under the target mailbox, "" for the target itself. ``received``
    is seconds UTC, None when the source does not say.
    """

    octets: bytes
    bits: int = 0
    keywords: list[str] = field(default_factory=list)
    received: int | None = None
    below: str = ""


def count(path: Path) -> int:
    """How many messages ``messages`` will yield. Raises Unreadable."""
    if path.is_dir():
        return len(_maildir_files(path)) if _is_maildir(path) else len(_eml_files(path))
    if _is_empty(path):
        return 0
    return mbox.count(path) if _is_mbox(path) else 1


def messages(path: Path) -> Iterator[FoundMessage]:
    """The messages of whatever stands at ``path``, in a fixed order. Raises Unreadable."""
    if path.is_dir():
        return _from_maildir(path) if _is_maildir(path) else _from_folder(path)
    if _is_empty(path):
        return iter(())
    return _from_mbox(path) if _is_mbox(path) else iter([_from_file(path)])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableMail(f"{path} can't be read: {error.strerror}") from error


def _from_file(path: Path) -> FoundMessage:
    """A single message. Files that were cut out of an mbox still have its envelope line."""
    raw = _read(path)
    envelope = mbox.ENVELOPE_LINE.match(raw)
    if envelope is None:
        return FoundMessage(crlf(raw))
    return FoundMessage(crlf(raw[envelope.end() :]), received=mbox.envelope_date(envelope[0]))


def _eml_files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*.eml") if path.is_file())
    if not found:
        raise UnreadableMail(f"{folder} is neither a Maildir nor does it hold .eml files.")
    return found


def _from_folder(folder: Path) -> Iterator[FoundMessage]:
    return map(_from_file, _eml_files(folder))


def _is_mbox(path: Path) -> bool:
    return path.suffix.lower() != ".eml" and _beginning(path).startswith(b"From ")


def _is_empty(path: Path) -> bool:
    """Nothing but blanks, as a mailbox that nothing was ever put into."""
    return not _beginning(path) and not path.read_bytes().strip(b"\xef\xbb\xbf \t\r\n")


def _beginning(path: Path) -> bytes:
    try:
        return mbox.beginning(path)
    except OSError as error:
        raise UnreadableMail(f"{path} can't be read: {error.strerror}") from error


def _from_mbox(path: Path) -> Iterator[FoundMessage]:
    for envelope, raw in mbox.messages(path):
        octets = crlf(raw)
        yield FoundMessage(octets, _mbox_bits(octets), received=mbox.envelope_date(envelope))


def _mbox_bits(octets: bytes) -> int:
    """Flags of the Status and X-Status fields, which stay in the message."""
    header = octets.partition(b"\r\n\r\n")[0]
    marks = re.findall(rb"(?im)^(?:X-)?Status:\s*(\w*)", header)
    letters = b"".join(marks).decode("ascii")
    return _bits(letters, _MBOX_STATUS)


def _bits(letters: str, meaning: dict[str, int]) -> int:
    bits = 0
    for letter in letters:
        bits |= meaning.get(letter, 0)
    return bits


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _maildir_files(root: Path) -> list[tuple[str, Path]]:
    """(folder below, file), of the Maildir itself and its ``.Sub.Folder`` folders (Maildir++)."""
    folders = [("", root)]
    folders += [
        (child.name[1:].replace(".", "/"), child)
        for child in sorted(root.iterdir())
        if child.name.startswith(".") and _is_maildir(child)
    ]
    return [
        (below, file)
        for below, folder in folders
        for part in ("cur", "new")
        for file in sorted((folder / part).iterdir())
        if file.is_file()
    ]


def _from_maildir(root: Path) -> Iterator[FoundMessage]:
    for below, file in _maildir_files(root):
        info = file.name.partition(":2,")[2]
        keywords = ["$Forwarded"] if "P" in info else []
        received = int(file.stat().st_mtime)
        yield FoundMessage(crlf(_read(file)), _bits(info, _MAILDIR_INFO), keywords, received, below)
