"""Parts in a form that is quick to show, made by the server: CONVERT, RFC 5259.

A photograph of 12 MB then costs some kilobytes on the link. Where a server has no CONVERT, or can't
convert a part, ``NotConverted`` is raised, and the part is shown or saved as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..message.containers import MARK
from ..message.errors import MailError
from ..message.parts import MessagePart
from ..message.responses import Items, Value, responses
from .mailboxes import enter

MOST_TEXT = 400_000  # octets of a document's words that are shown
MOST_PAGES = 100
SMALL = 200  # pixels
_OFFICE = "application/vnd."
_KINDS = {
    **dict.fromkeys(("jpeg", "jpg", "png", "gif", "webp", "tiff", "tif"), "picture"),
    **dict.fromkeys(("bmp", "heic", "heif", "avif"), "picture"),
    "pdf": "pages",
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf"), "text"),
}
_TYPES = {
    "application/pdf": "pages",
    "application/rtf": "text",
    "text/rtf": "text",
    **{
        f"{_OFFICE}openxmlformats-officedocument.{name}": "text"
        for name in (
            "wordprocessingml.document",
            "spreadsheetml.sheet",
            "presentationml.presentation",
        )
    },
    **{
        f"{_OFFICE}oasis.opendocument.{name}": "text"
        for name in ("text", "spreadsheet", "presentation")
    },
}


class NotConverted(MailError):
    """The server does not make this of that part; its words say why."""


@dataclass(slots=True)
class Picture:
    """A picture as a browser shows it."""

    type: str
    data: bytes


@dataclass(slots=True)
class Words:
    """The text of a document, and of how many pages it is (0: it has none). ``cut``: not all."""

    text: str
    pages: int
    cut: bool


def can_convert(imap: LemonadeClient) -> bool:
    """Whether the server converts."""
    return imap.has("CONVERT")


def converted_kind(part: MessagePart) -> str:
    """How a part is shown after conversion: picture, pages, text, or "" not at all.

    The server knows nothing of files that are inside a part.
    """
    if MARK in part.section:
        return ""
    main, _, sub = part.type.partition("/")
    if main == "image":
        return _KINDS.get(sub, "")
    if part.type == "application/octet-stream":
        return _KINDS.get(part.filename.rpartition(".")[2].lower(), "")
    return _TYPES.get(part.type, "")


def picture(
    imap: LemonadeClient, folder: str, uid: int, section: str, room: tuple[int, int], page: int = 0
) -> Picture:
    """A picture, or a page, that fits into ``room``, its pixels each way; never enlarged. Raises
    NotConverted, NotFound.

    What is transparent in a small one is white: there is something else behind it.
    """
    made = "image/jpeg" if max(room) <= SMALL else "image/webp"
    params = b"pix-x %d pix-y %d" % room
    if page:
        params += b" page %d" % page
    place = section.encode()
    to = b'("%b" (%b))' % (made.encode(), params)
    found = _convert(imap, folder, uid, to, b"BINARY[%b]" % place)
    return Picture(made, _octets(found, b"BINARY[%b]" % place))


def words(imap: LemonadeClient, folder: str, uid: int, section: str) -> Words:
    """The text of a document. Raises NotConverted, NotFound."""
    place = section.encode()
    items = b"(BODYPARTSTRUCTURE[%b] BINARY[%b]<0.%d>)" % (place, place, MOST_TEXT)
    found = _convert(imap, folder, uid, b'("text/plain" (charset utf-8))', items)
    text = _octets(found, b"BINARY[%b]<0>" % place)
    pages = _parameter(found.get(b"BODYPARTSTRUCTURE[%b]" % place), b"pages")
    return Words(
        text.decode("utf-8", "ignore").replace("\r\n", "\n").replace("\f", "\n"),
        min(int(pages), MOST_PAGES) if pages.isdigit() else 0,
        len(text) == MOST_TEXT,
    )


def _convert(imap: LemonadeClient, folder: str, uid: int, to: bytes, items: bytes) -> Items:
    """The items of the CONVERTED response, names in upper case."""
    if not can_convert(imap):
        raise NotConverted(gettext("The mail server does not convert files."))
    enter(imap, folder)
    answer = imap.command(b"UID CONVERT", b"%d" % uid, to, items)
    for response in responses(answer.data.get("CONVERTED", [])):
        found = response[-1]
        if isinstance(found, list) and found[:2] == [b"UID", uid]:
            return {
                name.upper(): value
                for name, value in zip(found[::2], found[1::2], strict=False)
                if isinstance(name, bytes)
            }
    answer.check()
    raise NotConverted(gettext("This message is not in this folder any more."))


def _octets(found: Items, name: bytes) -> bytes:
    value = found.get(name)
    if isinstance(value, bytes):
        return value
    reason = value[1] if isinstance(value, list) and len(value) > 1 else b""
    shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else ""
    raise NotConverted(
        gettext("This file can't be shown here: %(reason)s.")
        % {"reason": shown or gettext("the mail server said no")}
    )


def _parameter(structure: Value, name: bytes) -> bytes:
    """A parameter of a body structure that is no multipart; empty when there is none."""
    params = structure[2] if isinstance(structure, list) and len(structure) > 2 else None
    pairs = params if isinstance(params, list) else []
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        if isinstance(key, bytes) and key.lower() == name and isinstance(value, bytes):
            return value
    return b""
