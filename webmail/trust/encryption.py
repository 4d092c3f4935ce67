"""Attachments that are encrypted: nobody on the way could look for a virus in them."""

from __future__ import annotations

from collections.abc import Sequence

from webmail.mail import MailSession, MessagePart, OpenedMessage

MOST = 10  # attachments of a message that are looked at
OCTETS = 64  # of each
_ARCHIVES = ("zip",)
_DOCUMENTS = ("docx", "docm", "xlsx", "xlsm", "pptx", "pptm")
_LOCAL_HEADER = b"PK\x03\x04"  # APPNOTE 4.3.7
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB 2.2
_ENCRYPTED = 1  # bit 0 of the general purpose flags, APPNOTE 4.4.4


def find_encrypted(session: MailSession, opened: OpenedMessage) -> list[MessagePart]:
    """The attachments that a password protects. Asks for their beginnings, in one question, and
    for none where none could be.
    """
    parts = [part for part in opened.attachments if _ending(part) in _ARCHIVES + _DOCUMENTS][:MOST]
    if not parts or opened.inside:
        return []
    beginnings = session.part_beginnings(opened.folder, opened.uid, parts, OCTETS)
    return [part for part in parts if is_encrypted(_ending(part), beginnings[part.section])]


def is_encrypted(ending: str, beginning: bytes) -> bool:
    """Whether a file that begins so is protected. Documents of today are archives; where one is an
    older kind of file, it holds an encrypted one (MS-OFFCRYPTO 2.3.4).
    """
    if ending in _DOCUMENTS and beginning.startswith(_COMPOUND_FILE):
        return True
    if not beginning.startswith(_LOCAL_HEADER) or len(beginning) < 8:
        return False
    return bool(beginning[6] & _ENCRYPTED)


def _ending(part: MessagePart) -> str:
    return part.label.rpartition(".")[2].lower()


def labels(parts: Sequence[MessagePart]) -> str:
    return ", ".join(part.label for part in parts)
