"""Write an account's mail to files, in the formats that the importer reads."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import gmtime, strftime
from typing import Protocol

from lemonade_server.store import contents, flags, mailboxes, messages
from lemonade_server.store.ids import AccountId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.message_fields import MessageField
from lemonade_server.store.tx import snapshot

# Quoted so that one ">" less gives the line back, also when it had one (the mboxrd format).
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
FORMATS = ("mbox", "maildir", "eml")
_MAILDIR_INFO = (
    (flags.DRAFT, "D"),
    (flags.FLAGGED, "F"),
    (flags.ANSWERED, "R"),
    (flags.SEEN, "S"),
    (flags.DELETED, "T"),
)
_FIELDS = (
    MessageField.SYSTEM_FLAGS,
    MessageField.KEYWORDS,
    MessageField.INTERNALDATE,
    MessageField.SIZE,
    MessageField.CONTENT,
)


class Exists(ValueError):
    """Something stands where the export would go."""


@dataclass(slots=True)
class Leaving:
    """One message on its way out, with CRLF line ends."""

    mailbox: str
    uid: int
    bits: int
    keywords: str
    received: int
    octets: bytes


def export(account: AccountId, path: Path, form: str) -> Iterator[Leaving]:
    """Write all mailboxes below ``path``, yielding each message once it is written.

    mbox: a file a mailbox; maildir: one Maildir++ tree; eml: a folder a mailbox. Line ends are
    those of the machine in mbox and Maildir, CRLF in eml. Raises Exists.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Exists(f"{path} is there already and not an empty folder.")
    path.mkdir(parents=True, exist_ok=True)
    write: _Writer = _WRITERS[form](path)
    with snapshot() as tx:
        rows = mailboxes.all_of(tx, account)
    for row in rows:
        for message in _messages(row):
            write(message)
            yield message
    write.close()


def _messages(row: MailboxRow) -> Iterator[Leaving]:
    with snapshot() as tx:
        uids = messages.uids(tx, row.id)
    for uid in uids:
        with snapshot() as tx:
            found = messages.rows(tx, row.id, [uid], _FIELDS)
            if not found:
                continue  # expunged meanwhile
            _, bits, keywords, received, size, content = found[0]
            octets = contents.read(tx, content, 0, size)
        yield Leaving(row.name, uid, bits, keywords, received, octets)


def _safe(name: str) -> str:
    """A mailbox level as a file name that stays where it belongs."""
    return name.replace("\\", "_").replace("\0", "_").lstrip(".") or "_"


def _place(root: Path, name: str) -> Path:
    return root.joinpath(*map(_safe, name.split("/")))


class _Writer(Protocol):
    def __call__(self, message: Leaving) -> None: ...

    def close(self) -> None: ...


class _MboxWriter:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._boxes: dict[str, mailbox.mbox] = {}

    def __call__(self, message: Leaving) -> None:
        if message.mailbox not in self._boxes:
            file = _place(self._root, message.mailbox).with_suffix(".mbox")
            file.parent.mkdir(parents=True, exist_ok=True)
            self._boxes[message.mailbox] = mailbox.mbox(file)
        stamp = strftime("%a %b %d %H:%M:%S %Y", gmtime(message.received))
        octets = _FROM_LINE.sub(rb">\1", message.octets.replace(b"\r\n", b"\n"))
        self._boxes[message.mailbox].add(f"From MAILER-DAEMON {stamp}\n".encode() + octets)

    def close(self) -> None:
        for box in self._boxes.values():
            box.close()


class _MaildirWriter:
    def __init__(self, root: Path) -> None:
        for part in ("cur", "new", "tmp"):
            (root / part).mkdir()
        self._inbox = mailbox.Maildir(root)
        self._folders: dict[str, mailbox.Maildir] = {"INBOX": self._inbox}

    def __call__(self, message: Leaving) -> None:
        folder = self._folders.get(message.mailbox)
        if folder is None:
            name = _safe(message.mailbox.replace(".", "_").replace("/", "."))
            folder = self._folders[message.mailbox] = self._inbox.add_folder(name)
        entry = mailbox.MaildirMessage(message.octets.replace(b"\r\n", b"\n"))
        entry.set_subdir("cur")
        letters = [letter for bit, letter in _MAILDIR_INFO if message.bits & bit]
        if "$Forwarded" in message.keywords.split():
            letters.append("P")
        entry.set_flags("".join(sorted(letters)))
        entry.set_date(message.received)
        folder.add(entry)

    def close(self) -> None:
        self._inbox.close()


class _EmlWriter:
    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, message: Leaving) -> None:
        folder = _place(self._root, message.mailbox)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{message.uid:06}.eml").write_bytes(message.octets)

    def close(self) -> None:
        return


_WRITERS: dict[str, Callable[[Path], _Writer]] = {
    "mbox": _MboxWriter,
    "maildir": _MaildirWriter,
    "eml": _EmlWriter,
}
