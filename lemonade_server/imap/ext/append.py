"""APPEND (RFC 3501 §6.3.11): a message, which is a literal or a catenation.

    append      = "APPEND" SP mailbox append-message                    RFC 4466 §2.6
    message     = [SP flag-list] [SP date-time] [SP annotation]
                  SP (literal / "CATENATE" SP "(" … ")" / utf8)
    annotation  = "ANNOTATION" SP "(" entry-att … ")"                 RFC 5257 §4.7
    utf8        = "UTF8" SP "(" literal8 ")"                            RFC 6855 §4

Large literals go to a spool while they arrive. Everything is stored in one transaction, so all
messages of a command are there or none (P-12).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from lemonade_server.directory.accounts import Identity
from lemonade_server.imap import hooks, states
from lemonade_server.imap.destination import May, destination, may_bring
from lemonade_server.imap.message_data import (
    ADDITIONS,
    SOURCES,
    Addition,
    ComposedMessage,
    formed_literal,
    octets_of,
)
from lemonade_server.imap.registry import Capability, Ok, command, status_item
from lemonade_server.imap.session import Session
from lemonade_server.store import flags, ingest, messages, stored_columns
from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ids import Uid
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.messages import NewMessage
from lemonade_server.store.spool import Spool
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor, Literal, Sink
from lemonade_server.wire.errors import No
from lemonade_server.wire.imap_framer import AnnouncedLiteral
from lemonade_server.wire.utf7 import canonical

NEEDS = ("copy_move",)

MEMORY_OCTETS = 65_536
SPOOLS_AT_ONCE = 100  # each may be an open file
REFUSED_LATE = 65_536  # octets that may be prepared in vain for a mailbox that is not there

APPENDLIMIT = Capability(
    b"APPENDLIMIT", 7889, value=lambda session: b"APPENDLIMIT=%d" % session.env.max_message
)


@status_item(b"APPENDLIMIT")
def append_limit(_: Tx, __: MailboxRow) -> int:
    """The same for every mailbox (RFC 7889 §3)."""
    return settings.LEMONADE.max_message


@dataclass(slots=True)
class Upload:
    """One message of the command. ``source`` is a literal, or what else it is made of;
    ``additions`` are what it gets besides.
    """

    bits: int
    keywords: list[str]
    when: int
    zone: int
    source: Literal | ComposedMessage
    additions: list[Addition] = field(default_factory=list)


FURTHER_MESSAGES: list[Callable[[Cursor], list[Upload]]] = []
"""What may follow the first message of the command: each reads what is there, to the end."""


async def spool(session: Session, announced: AnnouncedLiteral) -> Sink | None:
    """Where a literal of APPEND goes.

    Raises No TOOBIG before an octet of it is read (P-10), No LIMIT for too many large ones.
    """
    opened = session.call.opened
    held = [each.size for each in opened if isinstance(each, Spool)]
    if sum(held) + announced.size > session.env.max_message:
        limit = session.env.max_message
        raise No(f"one command brings at most {limit} octets of messages", b"TOOBIG")
    if announced.fits and announced.size <= MEMORY_OCTETS:
        return None
    if len(held) >= SPOOLS_AT_ONCE:
        raise No("too many large messages in one command", b"LIMIT")
    sink = Spool()
    opened.append(sink)
    return sink


@command(b"APPEND", states=states.LOGGED_IN, capability=APPENDLIMIT, literals=spool)
async def append(session: Session, cursor: Cursor) -> Ok:
    """Put messages into a mailbox."""
    typed = cursor.sp().typed_mailbox()
    name = canonical(typed)
    uploads = [upload(cursor.sp())]
    for read in FURTHER_MESSAGES:
        uploads += read(cursor)
    cursor.end()
    account, identity, limit = session.account, session.user, session.env.max_message
    octets = sum(work(each) for each in uploads)

    def prepare() -> list[PreparedMessage]:
        """All that can be refused or done before the transaction: limits, URLs, hashes, scans."""
        if octets > REFUSED_LATE:
            with snapshot() as tx:
                destination(tx, account, name)
        return [prepare_one(each, identity, limit) for each in uploads]

    def job(tx: Tx, prepared: list[PreparedMessage]) -> tuple[int, list[Uid]]:
        target = destination(tx, account, name)
        may = may_bring(tx, account, target)
        new = [new_message(tx, each, one, may) for each, one in zip(uploads, prepared, strict=True)]
        return target.uidvalidity, messages.append_all(tx, target.id, new)

    uidvalidity, uids = await session.write_prepared(prepare, job, octets, messages_only=True)
    await hooks.name_typed.run(session, typed)
    return Ok(b"APPEND completed", b"APPENDUID %d %b" % (uidvalidity, numset.from_sorted(uids)))


def upload(cursor: Cursor) -> Upload:
    """append-message, without the space before it. Raises Bad, No."""
    words: list[bytes] = []
    when, zone = int(time.time()), 0
    if cursor.word(b"FLAGS"):  # RFC 4550 §2.4.1 prints this word, which is in no grammar (P-13)
        cursor.sp()
    if cursor.peek() == b"(":
        words = cursor.flag_list()
        cursor.sp()
    if cursor.peek() == b'"':
        when, zone = cursor.date_time()
        cursor.sp()
    additions: list[Addition] = []
    for name, parse in ADDITIONS.items():
        if cursor.word(name):
            additions.append(parse(cursor))
            cursor.sp()
    bits, keywords = flags.split(words)
    return Upload(bits, keywords, when, zone, _source(cursor), additions)


def _source(cursor: Cursor) -> Literal | ComposedMessage:
    for name, parse in SOURCES.items():
        if cursor.word(name):
            return parse(cursor)
    return formed_literal(cursor) or cursor.literal()


def work(each: Upload) -> int:
    """About how many octets it takes to prepare a message: of a catenation nobody knows yet."""
    return (
        each.source.size if isinstance(each.source, Literal) else MEMORY_OCTETS * each.source.parts
    )


def new_message(tx: Tx, each: Upload, prepared: PreparedMessage, may: May) -> NewMessage:
    """The message with its content, which it alone uses, and the flags that it may have there.

    Raises No and Bad for additions that it can't have.
    """
    bits, keywords = may.within.allowed(each.bits, each.keywords)
    content = ingest.commit(tx, prepared, uses=1)
    repeated = stored_columns.of_rendering(prepared.rendering)
    new = NewMessage(content, bits, keywords, each.when, each.zone, repeated)
    for add in each.additions:
        add(new, prepared, may.account, may.rights)
    return new


def prepare_one(each: Upload, identity: Identity, limit: int) -> PreparedMessage:
    """One message. Raises No BADURL or TOOBIG.

    An empty literal is how a client gives a whole MULTIAPPEND up (RFC 3502 §6.3.11).
    """
    if not isinstance(each.source, Literal):
        return each.source.prepare(identity, limit)
    if not each.source.size:
        raise No("an empty message is not appended")
    return ingest.prepare(octets_of(each.source))
