"""PARTIAL: a part of a search's result, or of the messages of a FETCH (RFC 9394).

§3.3 speaks of UID FETCH, where a set may name messages that nobody has counted. The modifier of its
grammar (§4) is that of both forms, and means the same in both: FETCH takes it, too.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import Matches, Option, return_option
from lemonade_server.imap.fetch.plan import FetchRequest, fetch_modifier
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.partial import partial_range

NEEDS = ("esearch",)

PARTIAL = capability(Capability(b"PARTIAL", 9394, states.LOGGED_IN))


def _option(cursor: Cursor) -> Option:
    """The range is answered with what lies in it, NIL when nothing does (RFC 9394 §3.1)."""
    asked = partial_range(cursor.sp())

    def show(found: Matches) -> bytes:
        numbers = numset.from_sorted(found.part(asked).numbers)
        return b"PARTIAL (%b %b)" % (asked.render(), numbers or b"NIL")

    return Option(show, lambda found: found.part(asked).uids, asked)


return_option(b"PARTIAL", _option)


@fetch_modifier(b"PARTIAL")
def partial_modifier(cursor: Cursor, request: FetchRequest) -> None:
    """PARTIAL range: of the messages of a FETCH. It can be given once (§3.3)."""
    if request.partial is not None:
        raise Bad("PARTIAL can be given once")
    request.partial = partial_range(cursor.sp())
