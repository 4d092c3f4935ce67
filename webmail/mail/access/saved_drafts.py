"""What a saved draft holds that the form can't edit: it stays on the server and goes along.

Drafts of other programs have HTML, pictures in it, fields of their own. The form edits one text,
plain or HTML, addresses and a subject; whatever else there is is kept as the octets that it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lemonade_server.wire import headers

from ..imap.client import LemonadeClient
from ..message.bodies import body_text, unflow
from ..message.errors import NotFound
from ..message.folders import StoredMessage
from ..message.layout import attachments, body
from ..message.numbers import number
from ..message.parts import Design, MessagePart, RichBody
from ..message.responses import Items
from ..message.rich_bodies import rich_body
from ..message.structure import Node, leaves, parse
from ..message.texts import header_text
from .fetching import GONE, fetch_one
from .mailboxes import enter
from .structures import fetch_structures

MOST_TEXT = 2 * 1024 * 1024  # octets of a text that the form edits
_OURS = re.compile(rb"^Message-ID:\s*<[0-9a-f]{12}\.", re.IGNORECASE | re.MULTILINE)
_FIELDS = (
    b"(UID BODY.PEEK[HEADER.FIELDS (Content-Type Content-Transfer-Encoding Content-Disposition)])"
)
MOST_HEADER = 65_536  # octets of fields that are kept
# Fields that the form writes, those of the body, and those that a message gets on its way.
_OWN = frozenset(
    b"from to cc bcc subject date message-id in-reply-to references mime-version "
    b"disposition-notification-to received return-path dkim-signature authentication-results "
    b"delivered-to".split()
)
_UNFINISHED = {name: b"x-unfinished-" + name.encode() for name in ("to", "cc", "bcc")}
"""Fields of our own: what was typed as recipients and is no address yet."""
# What programs note in a draft for themselves: kept in the draft, nobody else's business.
_NOTES = re.compile(
    rb"x-mozilla-|x-identity-key|x-account-key|fcc|x-fcc|x-unsent|x-apple-|x-uniform-type-|"
    rb"x-universally-unique-|x-template|x-kmail-|x-evolution-",
    re.IGNORECASE,
)

Divided = tuple[MessagePart | None, tuple[str, Node] | None, list[MessagePart]]


@dataclass(slots=True)
class SavedDraft:
    """Of a saved draft: the text to edit, the body to keep, the files, the fields to keep.

    ``rich``: HTML that may be edited in the place of ``text`` and ``design``, if the form's editor
    keeps all of it; then ``rich_files`` are its files.
    """

    text: MessagePart | None
    design: Design | None
    files: list[MessagePart]
    fields: bytes
    unfinished: dict[str, str]  # by "to", "cc", "bcc": what was typed there and is no address yet
    rich: RichBody | None = None
    rich_files: list[MessagePart] = field(default_factory=list)


def saved_draft(imap: LemonadeClient, draft: StoredMessage) -> SavedDraft:
    """What is to be edited and what to be kept of a saved draft. Raises NotFound."""
    enter(imap, draft.folder, draft.uidvalidity)
    asked = b"(UID BODYSTRUCTURE BODY.PEEK[HEADER]<0.%d>)" % MOST_HEADER
    items = fetch_one(imap, draft.folder, draft.uid, asked)
    root = parse(items.get(b"BODYSTRUCTURE"))
    body(root)
    header = _header(items)
    is_ours = bool(_OURS.search(header))
    text, kept, files = _divide(root, is_ours)
    design = _design(draft, root, kept, header)
    found = SavedDraft(text, design, files, _others(header), _unfinished_recipients(header))
    _find_rich(root, found, is_ours)
    return found


def edited_text(imap: LemonadeClient, draft: StoredMessage, part: MessagePart | None) -> str:
    """The text that the form edits."""
    if part is None or not part.size:
        return ""
    section = part.section.encode()
    asked = b"(UID BODY.PEEK[%s]<0.%d>)" % (section, MOST_TEXT)
    data = fetch_one(imap, draft.folder, draft.uid, asked).get(b"BODY[%s]<0>" % section)
    text = body_text(data, part) if isinstance(data, bytes) else ""
    return unflow(text, part.delsp) if part.flowed else text


def names_of_fields(fields: bytes) -> list[str]:
    """Names of kept fields, but for what programs note for themselves."""
    names = [name.decode("ascii") for name, _, _, _ in headers.each(fields)]
    return list(dict.fromkeys(name for name in names if not _NOTES.match(name.encode())))


def fields_for_others(fields: bytes) -> bytes:
    """Kept fields as they may leave."""
    return _choose_fields(fields, lambda name: not _NOTES.match(name))


def forwarded_design(imap: LemonadeClient, source: StoredMessage) -> Design | None:
    """The body of a message in HTML, with its pictures, to go along in a forward; None when it has
    none, or is of an uncommon make. Raises NotFound.
    """
    enter(imap, source.folder, source.uidvalidity)
    root = _structure(imap, source.uid)
    body(root)
    first, *rest = root.children if root.subtype == "mixed" and root.children else [root]
    found = rich_body(first)
    if found is None or not all(map(_is_file, rest)):
        return None
    header = b""
    if first is root:
        fields = fetch_one(imap, source.folder, source.uid, _FIELDS)
        block = next((v for k, v in fields.items() if k.startswith(b"BODY[HEADER.FIELDS")), b"")
        header = block if isinstance(block, bytes) else b""
    design = _design(source, root, ("1" if first is not root else "TEXT", first), header)
    if design is not None:
        design.body = found
    return design


def _structure(imap: LemonadeClient, uid: int) -> Node:
    """What a message of the selected folder is made of. Raises NotFound."""
    items = fetch_structures(imap, [uid])
    if uid not in items:
        raise NotFound(GONE)
    return parse(items[uid].get(b"BODYSTRUCTURE"))


def rich_body_of(imap: LemonadeClient, design: Design) -> RichBody | None:
    """The parts of such a body where it lies now. Raises NotFound."""
    if design.body is not None:
        return design.body
    enter(imap, design.folder, design.uidvalidity)
    root = _structure(imap, design.uid)
    body(root)
    if design.section == "TEXT":
        return rich_body(root)
    place = number(design.section)
    here = root.children[place - 1 : place] if place else []
    return rich_body(here[0]) if here else None


def _divide(root: Node, is_ours: bool = False) -> Divided:
    """(text to edit, body to keep and its section, files). "TEXT" is the section of all of it."""
    if root.part is not None:
        return (root.part, None, []) if _is_editable(root) else (None, ("TEXT", root), [])
    whole: Divided = (None, ("TEXT", root), [])
    if root.subtype != "mixed":
        return whole
    numbered = [(str(number), child) for number, child in enumerate(root.children, 1)]
    rest = [(number, child) for number, child in numbered if not _is_file(child)]
    files = [child.part for _, child in numbered if _is_file(child) and child.part is not None]
    text = rest[0][1].part if rest and _is_editable(rest[0][1], is_ours) else None
    designed = rest[1:] if text is not None else rest
    if len(designed) > 1 or (text is not None and rest[0][0] != "1"):
        return whole
    return text, designed[0] if designed else None, files


def _find_rich(root: Node, found: SavedDraft, is_ours: bool) -> None:
    """HTML alone, beside a plain text, or with its pictures; files may follow.

    A draft of ours has its own pictures beside its text: with what holds its pictures within, it is
    another program's design that goes along.
    """
    first, *rest = root.children if root.subtype == "mixed" and root.children else [root]
    pictures = [each for each in rest if _is_picture(each)]
    files = [each for each in rest if each not in pictures]
    body = rich_body(first)
    if body is None or body.html.size > MOST_TEXT or not all(map(_is_file, files)):
        return
    if is_ours and body.pictures:
        return
    found.rich = body
    body.pictures += [each.part for each in pictures if each.part is not None]
    found.rich_files = [each.part for each in files if each.part is not None]


def _is_picture(node: Node) -> bool:
    part = node.part
    return part is not None and part.is_picture and bool(part.cid) and part.disposition == "inline"


def _is_editable(node: Node, is_ours: bool = False) -> bool:
    """``is_ours``: HTML in it was written here."""
    part = node.part
    return (
        part is not None
        and part.type in ("text/plain", *(["text/html"] if is_ours else []))
        and not part.attachment
        and not part.filename
        and part.size <= MOST_TEXT
    )


def _is_file(node: Node) -> bool:
    return node.part is not None and node.part.attachment


def _design(
    draft: StoredMessage, root: Node, kept: tuple[str, Node] | None, header: bytes
) -> Design | None:
    if kept is None:
        return None
    section, node = kept
    parts = list(leaves(node))
    mime = b""
    if section == "TEXT":
        mime = _choose_fields(header, lambda name: name.startswith(b"content-")) + b"\r\n"
    size = sum(part.size for part in parts)
    return Design(
        folder=draft.folder,
        uidvalidity=draft.uidvalidity,
        uid=draft.uid,
        section=section,
        mime=mime,
        size=size,
        shown=sum(part.shown for part in parts),
        eight_bit=any(part.eight_bit for part in parts),
        binary=any(part.binary for part in parts),
        files=[part.label for part in attachments(root)] if section == "TEXT" else [],
    )


def _header(items: Items) -> bytes:
    data = items.get(b"BODY[HEADER]<0>")
    return data if isinstance(data, bytes) else b""


def _others(header: bytes) -> bytes:
    ours = _OWN.union(_UNFINISHED.values())
    return _choose_fields(
        header, lambda name: name not in ours and not name.startswith(b"content-")
    )


def _unfinished_recipients(header: bytes) -> dict[str, str]:
    found = {}
    for label, name in _UNFINISHED.items():
        field = _choose_fields(header, lambda each, name=name: each == name)  # type: ignore[misc]
        if field:
            found[label] = header_text(field.partition(b":")[2].strip())
    return found


def _choose_fields(block: bytes, wanted: Callable[[bytes], bool]) -> bytes:
    """The fields whose name, in lower case, is wanted, each with its line ends."""
    kept = [
        block[start:stop].rstrip(b"\r\n") + b"\r\n"
        for name, _, start, stop in headers.each(block)
        if wanted(name.lower())
    ]
    return b"".join(kept)
