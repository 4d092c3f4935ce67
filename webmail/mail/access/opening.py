"""Opening one message, and the octets of its parts as a stream."""

from __future__ import annotations

from dataclasses import replace
from email.utils import getaddresses
from html import escape

from django.utils.translation import gettext

from lemonade_server.wire import authentication_results, headers
from lemonade_server.wire.authentication_results import AuthenticationResults
from lemonade_server.wire.html_layout import readable_text
from lemonade_server.wire.text import transfer_meant
from webmail.transport.endpoint import authserv_id

from ..imap.client import LemonadeClient
from ..imap.server_state import SelectedMailbox
from ..message.bodies import body_text, unflow
from ..message.containers import MARK, text_without_files
from ..message.content_ids import find_content_ids
from ..message.errors import NotFound
from ..message.layout import TEXTS, Body, attachments, body, list_unused_pictures, most_of
from ..message.messages import Flags, OpenedMessage
from ..message.origin import Address
from ..message.originators import RESENT, origin_of
from ..message.parts import MessagePart
from ..message.responses import Items, Value, parse_fetch
from ..message.structure import Node, leaves, parse
from ..message.texts import addresses, header_text, internal_date, plain, sent_date
from . import conversion
from .containment import Containment
from .fetching import fetch_one
from .listing import flags
from .structures import remember_structure

MOST_PARTS = 50  # texts that are shown below one another, of messages made to have many
MOST_FIELD = 2_000  # characters
_EXTRA = (
    b"BODY.PEEK[HEADER.FIELDS"
    b" (REFERENCES LIST-UNSUBSCRIBE LIST-UNSUBSCRIBE-POST LIST-ID DISPOSITION-NOTIFICATION-TO"
    b" AUTHENTICATION-RESULTS %b)]" % RESENT
)


def open_message(
    imap: LemonadeClient, folder: str, uid: int, mark_seen: bool = True
) -> OpenedMessage:
    """The message with its readable body, in two round trips; marked as read by the second.

    What a signed part or a winmail.dat holds is shown in its place. Raises NotFound.
    """
    items = fetch_one(
        imap,
        folder,
        uid,
        b"(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE " + _EXTRA + b")",
    )
    remember_structure(imap, uid, items)
    root = parse(items.get(b"BODYSTRUCTURE"))
    inside = Containment(imap, folder, uid, root)
    signature = inside.splice(root)
    whole = body(root)
    found = whole.beginning(MOST_PARTS)
    state = flags(items.get(b"FLAGS"))
    here = imap.selected
    may_mark = here is None or (here.marks and not here.read_only)
    marks = mark_seen and not state.seen and may_mark
    bodies = _bodies(imap, uid, [x for x in found.texts() if MARK not in x.section], marks)
    state.seen = state.seen or marks
    shown = _message(imap, folder, uid, items, root, found, {**inside.bodies(found), **bodies})
    shown.flags = state
    shown.cut = shown.cut or found is not whole
    shown.signature = signature
    shown.may_answer = may_answer(state, here)
    return shown


def open_attached(imap: LemonadeClient, folder: str, uid: int, section: str) -> OpenedMessage:
    """A message that is attached to another one. Raises NotFound, too when it is too large."""
    outer = fetch_one(imap, folder, uid, b"(UID INTERNALDATE BODYSTRUCTURE)")
    inside = Containment(imap, folder, uid, parse(outer.get(b"BODYSTRUCTURE")))
    contents = inside.contents(section)
    if contents is None or contents.node is None or not contents.items:
        raise NotFound(
            gettext("There is no message inside this part that can be shown. Save it instead.")
        )
    root = contents.node
    signature = inside.splice(root) or contents.signature
    found = body(root)
    items = {**contents.items, b"INTERNALDATE": outer.get(b"INTERNALDATE")}
    shown = _message(imap, folder, uid, items, root, found, inside.bodies(found))
    shown.signature = signature
    shown.inside = section
    return shown


def _message(
    imap: LemonadeClient,
    folder: str,
    uid: int,
    items: Items,
    root: Node,
    found: Body,
    bodies: dict[str, bytes],
) -> OpenedMessage:
    """A message from what FETCH says of it and the octets of its texts."""
    words = {
        part.section: read_text_part(bodies.get(part.section, b""), part) for part in found.texts()
    }
    text, html = _join_bodies(found, {section: text for section, (text, _) in words.items()})
    list_unused_pictures(root, find_content_ids(html))
    files = [node.part for _, nodes in words.values() for node in nodes if node.part is not None]
    received = internal_date(items.get(b"INTERNALDATE"))
    envelope = items.get(b"ENVELOPE")
    head = [*(envelope if isinstance(envelope, list) else []), *[None] * 10]
    extra = _fields(items)
    size = items.get(b"RFC822.SIZE")
    return OpenedMessage(
        folder=folder,
        uidvalidity=imap.selected.uidvalidity if imap.selected else 0,
        uid=uid,
        flags=Flags(),
        subject=header_text(head[1]),
        origin=origin_of(head, items),
        reply_to=addresses(head[4]),
        to=addresses(head[5]),
        cc=addresses(head[6]),
        bcc=addresses(head[7]),
        date=sent_date(head[0], received),
        received=received,
        size=size if isinstance(size, int) else 0,
        message_id=plain(head[9]).strip(),
        in_reply_to=plain(head[8]).strip(),
        references=extra.get("references", ""),
        list_unsubscribe=extra.get("list-unsubscribe", ""),
        list_unsubscribe_post=extra.get("list-unsubscribe-post", ""),
        list_id=extra.get("list-id", ""),
        authentication=_authentication(items),
        receipt_to=asking(extra),
        text=text,
        html=html,
        cut=root.cut or any(part.size > most_of(part) for part in found.texts()),
        parts=[*(part for part in leaves(root) if part.depth == 0), *files],
        attachments=[*attachments(root), *files],
        converts=conversion.can_convert(imap),
    )


def readable_words(opened: OpenedMessage) -> str:
    """All that its HTML says, as text; of a message without HTML its text."""
    return readable_text(opened.html) if opened.html else opened.text


def asking(extra: dict[str, str]) -> list[Address]:
    """Who wants a receipt (RFC 8098 §2.1); nobody where a list passed it on."""
    field = "" if extra.get("list-id") else extra.get("disposition-notification-to", "")
    pairs = getaddresses([field[:MOST_FIELD]])
    return [
        Address(header_text(name.encode()), address) for name, address in pairs if "@" in address
    ]


def may_answer(state: Flags, here: SelectedMailbox | None) -> bool:
    """Whether a receipt may be sent and that be noted for all devices (RFC 3503 §3)."""
    done = state.draft or any(word.lower() == "$mdnsent" for word in state.keywords)
    return not done and here is not None and here.keywords and not here.read_only


def _bodies(
    imap: LemonadeClient, uid: int, texts: list[MessagePart], marks: bool
) -> dict[str, bytes]:
    """The octets of every readable part by section, and \\Seen set, in one burst."""
    wanted = [(part.section, most_of(part)) for part in texts if part.size]
    number = b"%d" % uid
    items = b" ".join(b"BODY.PEEK[%s]<0.%d>" % (name.encode(), most) for name, most in wanted)
    commands: list[tuple[bytes, tuple[bytes, ...]]] = []
    if wanted:
        commands.append((b"UID FETCH", (number, b"(UID " + items + b")")))
    if marks:
        commands.append((b"UID STORE", (number, b"+FLAGS.SILENT", b"(\\Seen)")))
        imap.stirred = True
    answers = imap.burst(commands)
    found = parse_fetch(answers[0].check().data.get("FETCH", [])).get(uid, {}) if wanted else {}
    out = {}
    for section, _ in wanted:
        data = found.get(b"BODY[%s]<0>" % section.encode())
        out[section] = data if isinstance(data, bytes) else b""
    return out


def _join_bodies(found: Body, words: dict[str, str]) -> tuple[str, str]:
    """The body as text and, when any of it is HTML, as HTML: its parts below one another."""
    texts = [
        readable_text(words[part.section]) if part.type == "text/html" else words[part.section]
        for part in found.plain
    ]
    pages = [_page(part, words.get(part.section, "")) for part in found.html]
    return "\n\n".join(texts), "\n".join(pages) if found.has_html else ""


def _page(part: MessagePart, words: str) -> str:
    """A leaf of the body as HTML: a text, or a picture that stands between the texts."""
    if part.type not in TEXTS:
        return f'<p><img src="cid:{part.place}" alt="{escape(part.label)}"></p>'
    if part.type == "text/html":
        return words
    return f'<pre style="white-space:pre-wrap">{escape(words)}</pre>'


def read_text_part(data: bytes, part: MessagePart) -> tuple[str, list[Node]]:
    """A text as it is read, flowed lines joined; and the files that stand in it."""
    if part.type == "text/html":
        return body_text(data, part), []
    rest, files = text_without_files(transfer_meant(data, part.encoding), part)
    text = body_text(rest, replace(part, encoding="binary"))
    return unflow(text, part.delsp) if part.flowed else text, files


def _fields(items: Items) -> dict[str, str]:
    """The header fields that came besides the envelope, unfolded, by lower-case name."""
    return {
        name.decode("ascii"): " ".join(plain(values[0]).split())
        for name, values in _field_table(items).items()
    }


def _field_table(items: Items) -> dict[bytes, list[bytes]]:
    block: Value = next((v for k, v in items.items() if k.startswith(b"BODY[HEADER.FIELDS")), b"")
    return headers.table(block if isinstance(block, bytes) else b"")


def _authentication(items: Items) -> AuthenticationResults | None:
    """What our own mail server found out, from the topmost field of its name; whoever else writes
    such a field could write anything (RFC 8601 §7.1).
    """
    own = authserv_id()
    values = _field_table(items).get(b"authentication-results", []) if own else []
    found = (authentication_results.parse(value) for value in values)
    return next((each for each in found if each and each.authority == own), None)
