"""MESSAGELIMIT: how many messages one command works on (RFC 9738).

FETCH, SEARCH, STORE, MOVE and UID EXPUNGE work on the newest ones and say down to which UID, so
that the client can go on below it; COPY does all or nothing. The limit is the operator's, and high:
it keeps one command from holding a mailbox for minutes.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TypeVar

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, capability
from lemonade_server.imap.session import Session
from lemonade_server.store.ids import Uid
from lemonade_server.wire.errors import No

MESSAGELIMIT = capability(
    Capability(
        b"MESSAGELIMIT",
        9738,
        states.LOGGED_IN,
        value=lambda session: b"MESSAGELIMIT=%d" % session.env.message_limit,
    )
)

Uids = TypeVar("Uids", "array[int]", "list[Uid]")


def newest(session: Session, uids: Uids) -> tuple[Uids, bytes]:
    """As many of the highest UIDs as a command may work on, and the code that tells so; empty when
    these are all. ``uids`` ascend.
    """
    limit = session.env.message_limit
    if len(uids) <= limit:
        return uids, b""
    kept = uids[-limit:]
    return kept, b"MESSAGELIMIT %d %d" % (limit, kept[0])


def refuse_more(session: Session, uids: Sequence[int]) -> None:
    """For commands that do all or nothing. Raises No."""
    limit = session.env.message_limit
    if len(uids) > limit:
        raise No(f"one command copies at most {limit} messages", b"MESSAGELIMIT %d" % limit)


def with_limit(session: Session, done: Ok, code: bytes) -> Ok:
    """The end of a command that left messages out; where its own code is needed, both are sent."""
    if not code:
        return done
    if done.code:
        session.ok(code, b"only the newest messages")
        return done
    return Ok(done.text + b", the newest messages only", code)
