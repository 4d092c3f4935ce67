"""Mail as one file, written while it is sent: an mbox, or a ZIP of mbox files or of a Maildir.

A message comes from the mail server in pieces; the small ones a few at a time.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from webmail.mail import Folder, MailSession, NotFound, StoredItem, StoredMessage

from .file_formats import maildir_info, mbox_message, unix_lines
from .streaming import file_name, in_blocks
from .zip_stream import ZipStream

LISTED = 200  # messages whose flags and dates are asked for at once
TOGETHER = 256 * 1024  # octets of small messages that are fetched at once
LARGE = 2_000_000_000  # octets of a folder from which on its file may be too large for a plain ZIP
FORMATS = ("mbox", "maildir")

Message = tuple[StoredItem, Iterable[bytes]]
Progress = Callable[[int], None]
"""Is told how many messages are done."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """What is sent: its name, its type, its octets."""

    name: str
    type: str
    pieces: Iterator[bytes]


def export(
    session: MailSession, folders: Sequence[Folder], form: str, tell: Progress
) -> ExportedFile:
    """The messages of folders. One folder as mbox is a plain mbox; everything else is a ZIP."""
    if form == "mbox" and len(folders) == 1:
        name = f"{file_name(folders[0].path)}.mbox"
        plain = _mbox(session, folders[0], _counter(tell))
        return ExportedFile(name, "application/mbox", in_blocks(plain))
    write = _mbox_archive if form == "mbox" else _maildir_archive
    label = file_name(folders[0].path) if len(folders) == 1 else "mail"
    octets = in_blocks(write(session, folders, _counter(tell)))
    return ExportedFile(f"{label}-{form}.zip", "application/zip", octets)


def _counter(tell: Progress) -> Callable[[], None]:
    count = itertools.count(1)
    return lambda: tell(next(count))


def _mbox(session: MailSession, folder: Folder, done: Callable[[], None]) -> Iterator[bytes]:
    for item, octets in _messages(session, folder.name):
        yield from mbox_message(octets, item.flags, item.received)
        done()


def _mbox_archive(
    session: MailSession, folders: Sequence[Folder], done: Callable[[], None]
) -> Iterator[bytes]:
    archive = ZipStream()
    sizes = session.sizes([folder.name for folder in folders])
    for folder, name in _with_paths(folders):
        is_large = sizes.get(folder.name, LARGE) >= LARGE
        yield archive.begin(f"{name}.mbox", datetime.now(UTC), is_large=is_large)
        for octets in _mbox(session, folder, done):
            yield archive.write(octets)
        yield archive.end()
    yield from archive.finish()


def _maildir_archive(
    session: MailSession, folders: Sequence[Folder], done: Callable[[], None]
) -> Iterator[bytes]:
    """A Maildir for each folder; keywords as Dovecot notes them, at most 26 a folder."""
    archive = ZipStream()
    for folder, place in _with_paths(folders):
        keywords: dict[str, str] = {}
        for part in ("cur", "new", "tmp"):
            yield archive.folder(f"{place}/{part}/", datetime.now(UTC))
        for item, octets in _messages(session, folder.name):
            letters = maildir_info(item.flags)
            for word in item.flags.keywords:
                if word in keywords or len(keywords) < 26:
                    letters += keywords.setdefault(word, chr(ord("a") + len(keywords)))
            seconds = int(item.received.timestamp())
            name = f"{seconds}.U{item.uid}.lemonade,S={item.size}:2,{letters}"
            yield archive.begin(f"{place}/cur/{name}", item.received)
            for block in unix_lines(octets):
                yield archive.write(block)
            yield archive.end()
            done()
        yield archive.begin(f"{place}/dovecot-keywords", datetime.now(UTC))
        lines = [f"{ord(letter) - ord('a')} {word}\n" for word, letter in keywords.items()]
        yield archive.write("".join(lines).encode()) + archive.end()
    yield from archive.finish()


def _messages(session: MailSession, folder: str) -> Iterator[Message]:
    """Those that are still there when their turn comes."""
    uidvalidity, uids = session.uids_of(folder)
    for start in range(0, len(uids), LISTED):
        items = session.stored_items(folder, uidvalidity, uids[start : start + LISTED])
        for few in _batches(items):
            small = {}
            if few[0].size <= TOGETHER:
                small = session.octets_of(folder, uidvalidity, [item.uid for item in few])
            for item in few:
                if item.uid in small:
                    yield item, [small.pop(item.uid)]
                elif item.size > TOGETHER:
                    blocks = session.blocks(StoredMessage(folder, uidvalidity, item.uid))
                    with contextlib.suppress(NotFound):
                        first = next(blocks)  # or it has gone meanwhile
                        yield item, itertools.chain([first], blocks)


def _batches(items: Iterable[StoredItem]) -> Iterator[list[StoredItem]]:
    """Small ones together, as far as they fit; a large one alone."""
    batch: list[StoredItem] = []
    size = 0
    for item in items:
        if batch and size + item.size > TOGETHER:
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield batch


def _with_paths(folders: Sequence[Folder]) -> Iterator[tuple[Folder, str]]:
    """Each with a path of its own, on systems that don't tell capitals apart, too."""
    taken: set[str] = set()
    for folder in folders:
        levels = [folder.owner] if folder.owner else []
        levels += list(folder.levels or (folder.label,))
        path = "/".join(map(file_name, levels))
        while path.lower() in taken:
            path += "_"
        taken.add(path.lower())
        yield folder, path
