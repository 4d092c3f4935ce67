"""Drafts: the answer to a message, its forward, and one that is kept for later."""

from __future__ import annotations

import contextlib
from datetime import datetime

from .addressing import parse_one
from .client import LemonadeClient
from .filing import discard
from .mailboxes import enter, role_folder
from .placing import append
from .plan import plan
from .reading import fetch_one, letter
from .responses import Value
from .structure import body_slots, leaves, parse
from .texts import decoded
from .types import (
    Address,
    BadDraft,
    Draft,
    Kept,
    Letter,
    NotFound,
    PartInfo,
    Source,
    Stored,
)
from .writing import mailbox_text, parameter

MOST_QUOTED = 60_000  # characters of the original that an answer quotes
_STRUCTURE = b"(UID FLAGS RFC822.SIZE ENVELOPE BODYSTRUCTURE)"


def plan_reply(
    imap: LemonadeClient, folder: str, uid: int, sender: str, everyone: bool = False
) -> Draft:
    """An answer, quoted and addressed. ``everyone``: to all who got it. Raises NotFound."""
    original = letter(imap, folder, uid, mark_seen=False)
    me = _own(sender)
    to = original.reply_to or [original.sender]
    if original.sender.address.lower() == me:  # answering oneself goes on to the same people
        to = original.to or to
    others = [*original.to, *original.cc] if everyone else []
    taken = {me, *(a.address.lower() for a in to)}
    cc = [a for a in others if a.address and a.address.lower() not in taken]
    return Draft(
        sender=sender,
        to=_listed(to),
        cc=_listed(cc),
        subject=_prefixed("Re:", original.subject),
        text=f"\n\n{_said(original)}\n{quoted(original.text)}",
        source=Source(folder, original.uidvalidity, uid, "reply"),
        in_reply_to=original.message_id,
        references=_thread(original),
    )


def plan_forward(
    imap: LemonadeClient, folder: str, uid: int, sender: str, whole: bool = False
) -> Draft:
    """A forward. ``kept`` offers the whole message first, then each part; none is downloaded.

    Chosen are the attachments or, with ``whole``, the message itself. Raises NotFound.
    """
    original = letter(imap, folder, uid, mark_seen=False)
    everything = _whole(original)
    everything.chosen = whole
    kept = [everything]
    for part in original.parts:
        offered = _kept(original, part)
        offered.chosen = part.attachment and not whole
        if part.attachment or part.type == "text/html" or part.type.startswith("image/"):
            kept.append(offered)
    return Draft(
        sender=sender,
        subject=_prefixed("Fwd:", original.subject),
        text="\n" if whole else f"\n\n{_headed(original)}\n\n{original.text[:MOST_QUOTED]}",
        kept=kept,
        source=Source(folder, original.uidvalidity, uid, "forward"),
        references=_thread(original),
    )


def keep(imap: LemonadeClient, token: str) -> Kept:
    """The part that a form's token names, looked up again. Raises NotFound."""
    validity, _, rest = token.partition(".")
    number, _, rest = rest.partition(".")
    section, _, folder = rest.partition(".")
    if not (validity.isdecimal() and number.isdecimal() and folder):
        raise NotFound("This part can't go along: the form was changed.")
    uid = int(number)
    enter(imap, folder, int(validity))
    items = fetch_one(imap, folder, uid, _STRUCTURE)
    root = parse(items.get(b"BODYSTRUCTURE"))
    body_slots(root)
    found = list(leaves(root))
    if not section:
        size = items.get(b"RFC822.SIZE")
        return _message(
            folder,
            int(validity),
            uid,
            _subject(items.get(b"ENVELOPE")),
            size if isinstance(size, int) else 0,
            found,
        )
    name = section.replace("_", ".")
    part = next((leaf for leaf in found if leaf.section == name), None)
    if part is None:
        raise NotFound("This part is not in the message.")
    return _part(folder, int(validity), uid, part, len(found) == 1)


def _kept(original: Letter, part: PartInfo) -> Kept:
    alone = len(original.parts) == 1
    return _part(original.folder, original.uidvalidity, original.uid, part, alone)


def _part(folder: str, validity: int, uid: int, part: PartInfo, alone: bool) -> Kept:
    return Kept(
        folder=folder,
        uidvalidity=validity,
        uid=uid,
        section=part.section,
        name=part.label,
        type=part.type,
        size=part.size,
        shown=part.shown,
        encoding=part.encoding,
        mime=_own_header(part) if alone else b"",
        eight_bit=part.eight_bit,
        binary=part.binary,
        chosen=True,
    )


def _own_header(part: PartInfo) -> bytes:
    """The MIME header of a part that is its whole message: the fields stand in the header there."""
    charset = parameter("charset", part.charset) if part.charset else ""
    named = parameter("filename", part.filename) if part.filename else ""
    lines = (
        f"Content-Type: {part.type}{charset}\r\n"
        f"Content-Disposition: {'attachment' if part.attachment else 'inline'}{named}\r\n"
        f"Content-Transfer-Encoding: {part.encoding}\r\n\r\n"
    )
    return lines.encode("ascii", "replace")


def _whole(original: Letter) -> Kept:
    return _message(
        original.folder,
        original.uidvalidity,
        original.uid,
        original.subject,
        original.size,
        original.parts,
    )


def _message(
    folder: str, validity: int, uid: int, subject: str, size: int, parts: list[PartInfo]
) -> Kept:
    """A message to go along as message/rfc822."""
    name = (subject.replace("/", "-")[:100] or "message") + ".eml"
    lines = (
        "Content-Type: message/rfc822\r\n"
        f"Content-Disposition: attachment{parameter('filename', name)}\r\n"
    )
    binary = any(part.binary for part in parts)
    # A stored header may hold raw 8-bit octets, which BODYSTRUCTURE does not tell: 8bit is safe.
    encoding = "binary" if binary else "8bit"
    return Kept(
        folder=folder,
        uidvalidity=validity,
        uid=uid,
        section="",
        name=name,
        type="message/rfc822",
        size=size,
        shown=size,
        encoding=encoding,
        mime=f"{lines}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii"),
        eight_bit=True,
        binary=binary,
        chosen=True,
    )


def _subject(envelope: Value) -> str:
    return decoded(envelope[1]) if isinstance(envelope, list) and len(envelope) > 1 else ""


def save_draft(imap: LemonadeClient, draft: Draft) -> Stored:
    """Into Drafts, in place of the one it replaces. Raises BadDraft or Refused."""
    stored = append(
        imap,
        role_folder(imap, "drafts"),
        plan(draft, datetime.now().astimezone(), need_recipient=False),
        (b"\\Seen", b"\\Draft"),
    )
    if draft.replaces is not None:
        discard(imap, draft.replaces)
    imap.stirred = True
    return stored


def open_draft(imap: LemonadeClient, folder: str, uid: int, sender: str = "") -> Draft:
    """A saved draft to go on with; its files stay on the server as kept parts. Raises NotFound."""
    saved = letter(imap, folder, uid, mark_seen=False)
    return Draft(
        sender=mailbox_label(saved.sender) or sender,
        to=_listed(saved.to),
        cc=_listed(saved.cc),
        bcc=_listed(saved.bcc),
        subject=saved.subject,
        text=saved.text.rstrip("\n") + "\n",
        kept=[_kept(saved, part) for part in saved.attachments],
        in_reply_to=saved.in_reply_to,
        references=saved.references,
        replaces=Stored(folder, saved.uidvalidity, uid),
    )


def mailbox_label(address: Address) -> str:
    """How an address stands in a form field: a name with a comma in it is quoted."""
    if not address.address:
        return ""
    plain = Address(address.name if address.name.isascii() else "", address.address)
    if plain.name or not address.name:
        return mailbox_text(plain)
    name = address.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{address.address}>' if set(name) & set(',;<>@"') else str(address)


def _listed(found: list[Address]) -> str:
    return ", ".join(label for label in map(mailbox_label, found) if label)


def _own(sender: str) -> str:
    with contextlib.suppress(BadDraft):
        return parse_one("sender", sender).address.lower()
    return ""


def _prefixed(prefix: str, subject: str) -> str:
    known = {"Re:": ("re:", "aw:", "sv:"), "Fwd:": ("fwd:", "fw:", "wg:")}[prefix]
    return subject if subject.lower().startswith(known) else f"{prefix} {subject}".strip()


def _thread(original: Letter) -> str:
    before = original.references or original.in_reply_to
    return f"{before} {original.message_id}".strip()


def _said(original: Letter) -> str:
    when = original.date.strftime("%a, %d %b %Y at %H:%M")
    return f"On {when}, {original.sender.label or 'somebody'} wrote:"


def quoted(text: str) -> str:
    """Each line one level deeper; a long original is cut."""
    lines = text[:MOST_QUOTED].rstrip("\n").split("\n")
    if len(text) > MOST_QUOTED:
        lines.append("[…]")
    return (
        "\n".join(">" + line if line.startswith(">") else f"> {line}".rstrip() for line in lines)
        + "\n"
    )


def _headed(original: Letter) -> str:
    lines = [
        "---------- Forwarded message ----------",
        f"From: {original.sender}",
        f"Date: {original.date.strftime('%a, %d %b %Y %H:%M %z')}",
        f"Subject: {original.subject}",
        f"To: {', '.join(map(str, original.to))}",
    ]
    if original.cc:
        lines.append(f"Cc: {', '.join(map(str, original.cc))}")
    return "\n".join(lines)
