"""The answer to a message, and its forward."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.translation import gettext

from webmail.html import clean_rich_text, pictures_of, without_pictures
from webmail.mail import (
    Address,
    MailSession,
    OpenedMessage,
    ServerSidePart,
    StoredMessage,
    content_id,
    mailbox_label,
    mailbox_labels,
    offered_message,
    offered_part,
)
from webmail.outgoing.draft import Draft, Source
from webmail.pages.dates import quoted_date
from webmail.people.identity import Identities

from .originals import offered_picture

MOST_QUOTED_HTML = 200_000  # characters: of a longer one the words are quoted
MOST_QUOTED = 60_000  # characters of the original that an answer quotes


def plan_reply(
    session: MailSession,
    folder: str,
    uid: int,
    me: Identities,
    everyone: bool = False,
    is_rich: bool = False,
) -> Draft:
    """An answer, quoted and addressed, from the address that the message was sent to.

    ``everyone``: to all who got it. ``is_rich``: written as HTML, which the original is quoted as
    with the pictures that it shows; they stay on the server. Raises NotFound.
    """
    original = session.open_message(folder, uid, mark_seen=False)
    authors = original.origin.authors
    to = _others(me, original.reply_to) or authors
    if authors and all(me.find(author.address) for author in authors):
        to = _others(me, original.to) or to  # answering oneself goes on to the same people
    taken = {a.address.lower() for a in to}
    others = _others(me, [*original.to, *original.cc]) if everyone else []
    cc = [a for a in others if a.address.lower() not in taken]
    sender = me.find_addressed(original)
    if sender is None:  # a blind copy, or it came by a list
        sender = me.find_delivered(session.delivered_to(folder, uid)) or me.preferred
    html, pictures = _quoted_html(original) if is_rich else ("", [])
    return Draft(
        sender=mailbox_label(sender),
        to=mailbox_labels(to),
        cc=mailbox_labels(cc),
        subject=prefix_subject("Re:", original.subject),
        text=f"\n\n{_attribution(original)}\n{quote_lines(original.text)}",
        html=html,
        is_rich=is_rich,
        kept=[*_attachments_to_keep(original), *pictures],
        source=Source(folder, original.uidvalidity, uid, "reply"),
        in_reply_to=original.message_id,
        references=_thread(original),
    )


def _attachments_to_keep(original: OpenedMessage) -> list[ServerSidePart]:
    """What an answer may take along of what it answers; nothing does unless one says so."""
    kept = [offered_part(original, part) for part in original.parts if part.attachment]
    for part in kept:
        part.chosen = False
    return kept


def plan_forward(
    session: MailSession,
    folder: str,
    uid: int,
    sender: str,
    whole: bool = False,
    is_rich: bool = False,
) -> Draft:
    """A forward. ``kept`` offers the whole message first, then each part; none is downloaded.

    Chosen are the attachments or, with ``whole``, the message itself. ``is_rich``: an original in
    HTML goes along as the design that it is, with its pictures. Raises NotFound.
    """
    original = session.open_message(folder, uid, mark_seen=False)
    everything = offered_message(original)
    everything.chosen = whole
    place = StoredMessage(folder, original.uidvalidity, uid)
    design = session.forwarded_design(place) if is_rich and original.html else None
    kept = [everything]
    for part in original.parts:
        entry = offered_part(original, part)
        entry.chosen = part.attachment and not whole
        is_shown = part.type == "text/html" or part.type.startswith("image/")
        if part.attachment or (is_shown and design is None):
            kept.append(entry)
    head = f"\n\n{_forwarded_head(original)}\n"
    return Draft(
        sender=sender,
        subject=prefix_subject("Fwd:", original.subject),
        text="\n" if whole else head if design else f"{head}\n{original.text[:MOST_QUOTED]}",
        is_rich=is_rich,
        kept=kept,
        design=design,
        source=Source(folder, original.uidvalidity, uid, "forward"),
        references=_thread(original),
    )


def _quoted_html(original: OpenedMessage) -> tuple[str, list[ServerSidePart]]:
    """What an answer in HTML begins with, and the pictures in it; ("", []) for a plain original."""
    if not original.html or len(original.html) > MOST_QUOTED_HTML:
        return "", []
    named = {part.cid: part for part in reversed(original.parts) if part.cid and part.is_picture}
    html = without_pictures(clean_rich_text(original.html), lambda cid: content_id(cid) in named)
    shown = {content_id(cid) for cid in pictures_of(html)}
    pictures = [offered_picture(original, part) for cid, part in named.items() if cid in shown]
    lead = f"<div><br></div><div>{escape(_attribution(original))}</div>"
    return f'{lead}<blockquote type="cite">{html}</blockquote>', pictures


def _others(me: Identities, people: list[Address]) -> list[Address]:
    """Those who can be written to and are not oneself, by any of one's addresses."""
    return [a for a in people if a.address and me.find(a.address) is None]


def prefix_subject(prefix: str, subject: str) -> str:
    """The subject of an answer ("Re:") or a forward ("Fwd:"), once."""
    known = {"Re:": ("re:", "aw:", "sv:"), "Fwd:": ("fwd:", "fw:", "wg:")}[prefix]
    return subject if subject.lower().startswith(known) else f"{prefix} {subject}".strip()


def _thread(original: OpenedMessage) -> str:
    before = original.references or original.in_reply_to
    return f"{before} {original.message_id}".strip()


def _attribution(original: OpenedMessage) -> str:
    return gettext("On %(when)s, %(name)s wrote:") % {
        "when": quoted_date(original.date),
        "name": original.origin.written if original.origin.authors else gettext("somebody"),
    }


def quote_lines(text: str) -> str:
    """Each line one level deeper; a long original is cut."""
    lines = text[:MOST_QUOTED].rstrip("\n").split("\n")
    if len(text) > MOST_QUOTED:
        lines.append("[…]")
    return (
        "\n".join(">" + line if line.startswith(">") else f"> {line}".rstrip() for line in lines)
        + "\n"
    )


def _forwarded_head(original: OpenedMessage) -> str:
    lines = [
        gettext("---------- Forwarded message ----------"),
        f"{gettext('From:')} {', '.join(map(str, original.origin.authors))}",
        f"{gettext('Date:')} {original.date.strftime('%a, %d %b %Y %H:%M %z')}",
        f"{gettext('Subject:')} {original.subject}",
        f"{gettext('To:')} {', '.join(map(str, original.to))}",
    ]
    if original.cc:
        lines.append(f"{gettext('Cc:')} {', '.join(map(str, original.cc))}")
    return "\n".join(lines)
