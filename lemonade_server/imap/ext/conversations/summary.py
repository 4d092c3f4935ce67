"""CONVERSATION: what the conversation of a message is, in the selected mailbox and elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.store import flags
from lemonade_server.store.conversation_summaries import (
    NOTHING,
    ConversationSummaries,
    ConversationSummary,
    threads_of,
)
from lemonade_server.store.message_fields import MessageField
from lemonade_server.store.muting import MUTED
from lemonade_server.wire import dates, numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.envelope import Person
from lemonade_server.wire.syntax import string
from lemonade_server.wire.thread_keys import thread_name, thread_number

OF_THREADS = (MessageField.MESSAGE_ID, MessageField.REFERENCES, MessageField.CONTENT)


@fetch_item(b"CONVERSATION")
def conversation(_: Cursor) -> Item:
    """Pairs of a name and a value."""

    def bind(index_of: FieldIndex) -> Part:
        own, others, content = map(index_of, OF_THREADS)

        def part(row: Row, frame: Frame) -> bytes:
            name = thread_name(row[own], row[others], str(row[content]))
            number = thread_number(row[own], row[others]) or -row[content]
            found = frame.once(_summaries).get(number) or _find_one(frame, number)
            return b"CONVERSATION (THREADID (T%b) %b)" % (name.encode(), _pairs(found))

        return part

    return Item(OF_THREADS, bind)


def _summaries(frame: Frame) -> Mapping[int, ConversationSummary]:
    """Those of all messages that are read together."""
    return _find(frame, threads_of(frame.tx, frame.view.mailbox, frame.uids))


def _find(frame: Frame, threads: Collection[int]) -> Mapping[int, ConversationSummary]:
    view = frame.view
    kept = frame.keeper.shared(ConversationSummaries)
    return kept.of(frame.tx, view.mailbox, threads, view.uidnext - 1, view.reader)


def _find_one(frame: Frame, thread: int) -> ConversationSummary:
    """That of a message which somebody else has expunged."""
    return _find(frame, [thread]).get(thread, NOTHING)


def _pairs(found: ConversationSummary) -> bytes:
    words = flags.render(found.bits, MUTED if found.muted else "")
    pairs = [
        b"COUNT %d UNSEEN %d FLAGS (%b)" % (found.count, found.unseen, words),
        b"ATTACHMENTS %d" % found.attachments,
    ]
    if found.count:
        when = dates.date_time(found.arrived, found.zone)
        pairs.append(b"INTERNALDATE %b UIDS %b" % (when, numset.from_sorted(found.uids)))
    if (there := found.elsewhere) is not None:
        pairs.append(
            b"ELSEWHERE (COUNT %d UNSEEN %d FLAGS (%b) ATTACHMENTS %d)"
            % (there.count, there.unseen, flags.render(there.bits, ""), there.attachments)
        )
    people = b"(%b)" % b" ".join(map(_person, found.people)) if found.people else b"NIL"
    pairs.append(b"PEOPLE %b SUBJECT %b" % (people, string(found.subject.encode())))
    return b" ".join(pairs)


def _person(person: Person) -> bytes:
    return b"(%b)" % b" ".join(string(text.encode()) if text else b"NIL" for text in person)
