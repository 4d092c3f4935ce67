"""Drafts: the answer to a message, its forward, and one that is kept for later."""

from __future__ import annotations

from datetime import datetime

from .client import LemonadeClient
from .fetching import fetch_one
from .filing import discard, move, set_flags
from .identity import Identities
from .keeping import offered, whole_offered
from .mailboxes import enter, role_folder
from .originals import edited_text, names_of, original
from .pending import GONE, PENDING, SUBMITTED
from .placing import append
from .plan import plan
from .reading import letter, words
from .types import Address, Draft, Letter, NotFound, Refused, Source, Stored
from .writing import mailbox_text

MOST_QUOTED = 60_000  # characters of the original that an answer quotes


def plan_reply(
    imap: LemonadeClient, folder: str, uid: int, me: Identities, everyone: bool = False
) -> Draft:
    """An answer, quoted and addressed, from the address that the message was sent to.

    ``everyone``: to all who got it. Raises NotFound.
    """
    original = letter(imap, folder, uid, mark_seen=False)
    authors = original.origin.authors
    to = _without(me, original.reply_to) or authors
    if authors and all(me.find(author.address) for author in authors):
        to = _without(me, original.to) or to  # answering oneself goes on to the same people
    taken = {a.address.lower() for a in to}
    others = _without(me, [*original.to, *original.cc]) if everyone else []
    cc = [a for a in others if a.address.lower() not in taken]
    return Draft(
        sender=mailbox_label(me.for_answer(original)),
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
    everything = whole_offered(original)
    everything.chosen = whole
    kept = [everything]
    for part in original.parts:
        entry = offered(original, part)
        entry.chosen = part.attachment and not whole
        if part.attachment or part.type == "text/html" or part.type.startswith("image/"):
            kept.append(entry)
    return Draft(
        sender=sender,
        subject=_prefixed("Fwd:", original.subject),
        text="\n" if whole else f"\n\n{_headed(original)}\n\n{original.text[:MOST_QUOTED]}",
        kept=kept,
        source=Source(folder, original.uidvalidity, uid, "forward"),
        references=_thread(original),
    )


def save_draft(imap: LemonadeClient, draft: Draft) -> Stored:
    """Into Drafts, in place of the one it replaces. Raises BadDraft or Refused."""
    stored = append(
        imap,
        role_folder(imap, "drafts"),
        plan(draft, datetime.now().astimezone(), need_recipient=False),
        (b"\\Seen", b"\\Draft", b"$MDNSent"),
    )
    if draft.replaces is not None:
        discard(imap, draft.replaces)
    imap.stirred = True
    return stored


def back_to_drafts(imap: LemonadeClient, sent: Stored) -> Stored:
    """A message in Sent that was not sent becomes a draft. Raises NotFound."""
    enter(imap, sent.folder, sent.uidvalidity)
    fetch_one(imap, sent.folder, sent.uid, b"(UID)")
    set_flags(imap, sent.folder, [sent.uid], add=["\\Draft"], remove=[PENDING, SUBMITTED])
    moved = move(imap, sent.folder, [sent.uid], role_folder(imap, "drafts"))
    imap.stirred = True
    return Stored(moved.target, moved.uidvalidity, moved.uids.get(sent.uid, 0))


def open_draft(imap: LemonadeClient, folder: str, uid: int, as_text: bool = False) -> Draft:
    """A saved draft to go on with; its files stay on the server as kept parts. Raises NotFound.

    So does a body that the form can't edit. ``as_text``: its words are edited, in a new draft that
    takes nobody's place.
    """
    saved = letter(imap, folder, uid, mark_seen=False)
    place = Stored(folder, saved.uidvalidity, uid)
    held = original(imap, place)
    if as_text:
        text = words(saved)
        files = [part for part in saved.parts if part.attachment or part.is_picture]
    else:
        text, files = edited_text(imap, place, held.text), held.files
    return Draft(
        sender=mailbox_label(saved.sender),
        to=_listed(saved.to),
        cc=_listed(saved.cc),
        bcc=_listed(saved.bcc),
        subject=saved.subject,
        text=text.rstrip("\n") + "\n",
        kept=[offered(saved, part) for part in files],
        in_reply_to=saved.in_reply_to,
        references=saved.references,
        receipt=bool(saved.receipt_to),
        replaces=None if as_text else place,
        original=place,
        design=None if as_text else held.design,
        fields=held.fields,
        field_names=names_of(held.fields),
    )


def keep_original(imap: LemonadeClient, draft: Draft, designed: bool) -> None:
    """Bring back what of a posted draft's original goes along. Raises Refused when it is gone and
    its body was to go along.
    """
    if draft.original is None:
        return
    try:
        held = original(imap, draft.original)
    except NotFound:
        if designed:
            raise Refused(GONE) from None
        return
    draft.design = held.design if designed else None
    draft.fields, draft.field_names = held.fields, names_of(held.fields)


def _without(me: Identities, people: list[Address]) -> list[Address]:
    """Those who can be written to and are not oneself, by any of one's addresses."""
    return [a for a in people if a.address and me.find(a.address) is None]


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


def _prefixed(prefix: str, subject: str) -> str:
    known = {"Re:": ("re:", "aw:", "sv:"), "Fwd:": ("fwd:", "fw:", "wg:")}[prefix]
    return subject if subject.lower().startswith(known) else f"{prefix} {subject}".strip()


def _thread(original: Letter) -> str:
    before = original.references or original.in_reply_to
    return f"{before} {original.message_id}".strip()


def _said(original: Letter) -> str:
    when = original.date.strftime("%a, %d %b %Y at %H:%M")
    return f"On {when}, {original.origin.written if original.origin.authors else 'somebody'} wrote:"


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
        f"From: {', '.join(map(str, original.origin.authors))}",
        f"Date: {original.date.strftime('%a, %d %b %Y %H:%M %z')}",
        f"Subject: {original.subject}",
        f"To: {', '.join(map(str, original.to))}",
    ]
    if original.cc:
        lines.append(f"Cc: {', '.join(map(str, original.cc))}")
    return "\n".join(lines)
