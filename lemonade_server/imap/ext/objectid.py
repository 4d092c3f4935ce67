"""OBJECTID: names of mailboxes and messages that outlive renaming and moving (RFC 8474).

A mailbox is told by the number of its row, a message by that of its content, which copies share.
The name of a thread is made of the identifier of the message that began it.
"""

from __future__ import annotations

import re

from lemonade_server.imap import hooks, states
from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability, status_item
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.message_fields import MessageField
from lemonade_server.store.search_tree import Node, Or, SameContent, SameThread
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.thread_keys import thread_name

OF_THREADS = (MessageField.MESSAGE_ID, MessageField.REFERENCES, MessageField.CONTENT)
OBJECTID = capability(Capability(b"OBJECTID", 8474, states.LOGGED_IN))

_EMAIL_ID = re.compile(rb"M([1-9][0-9]{0,17})")
_OBJECT_ID = re.compile(rb"[A-Za-z0-9_-]{1,255}")


def mailbox_id(mailbox: MailboxId) -> bytes:
    """The response code of CREATE, SELECT and EXAMINE."""
    return b"MAILBOXID (F%d)" % mailbox


@hooks.codes
async def say_mailbox_id(session: Session, view: View) -> None:
    """The code of SELECT and EXAMINE (§4.2)."""
    session.ok(mailbox_id(view.mailbox), b"lasting")


@status_item(b"MAILBOXID")
def status_mailbox_id(_: Tx, row: MailboxRow) -> bytes:
    return b"(F%d)" % row.id


@fetch_item(b"EMAILID")
def email_id(_: Cursor) -> Item:
    """The same for all copies of a message, and for no other one."""

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(MessageField.CONTENT)

        def part(row: Row, _: Frame) -> bytes:
            return b"EMAILID (M%d)" % row[at]

        return part

    return Item((MessageField.CONTENT,), bind)


@fetch_item(b"THREADID")
def thread_id(_: Cursor) -> Item:
    """The same for all replies to one message, in all mailboxes, and it never changes (§5.2)."""

    def bind(index_of: FieldIndex) -> Part:
        own, others, content = map(index_of, OF_THREADS)

        def part(row: Row, _: Frame) -> bytes:
            name = thread_name(row[own], row[others], str(row[content]))
            return b"THREADID (T%b)" % name.encode()

        return part

    return Item(OF_THREADS, bind)


def _object_id(cursor: Cursor) -> bytes:
    name = cursor.sp().atom()
    if _OBJECT_ID.fullmatch(name) is None:
        cursor.fail("an object identifier")
    return name


@search_key(b"EMAILID")
def by_email_id(_: Program, cursor: Cursor) -> Node:
    """An identifier of another server finds nothing."""
    found = _EMAIL_ID.fullmatch(_object_id(cursor))
    return SameContent(int(found[1])) if found else Or([])


@search_key(b"THREADID")
def by_thread_id(_: Program, cursor: Cursor) -> Node:
    name = _object_id(cursor).decode("ascii")
    return SameThread(name[1:]) if name.startswith("T") else Or([])
