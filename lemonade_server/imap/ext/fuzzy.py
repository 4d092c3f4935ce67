"""SEARCH=FUZZY: words in any order, with a typing error in them; the best first (RFC 6203)."""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import Matches, Option, Options, return_option
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.store.search_tree import Node, fuzzily
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sorting import by_relevancy
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

NEEDS = ("esearch",)

FUZZY = capability(Capability(b"SEARCH=FUZZY", 6203, states.LOGGED_IN))


@search_key(b"FUZZY")
def fuzzy(program: Program, cursor: Cursor) -> Node:
    """Texts are matched fuzzily, all other keys as they are (§5)."""
    program.fuzzy = True
    return fuzzily(program.key(cursor.sp()))


def _relevancy(found: Matches) -> bytes:
    """The scores in the order of the result; the parentheses stand there even when it is empty."""
    return b"RELEVANCY (%b)" % b" ".join([b"%d" % found.scores[uid] for uid in found.uids])


return_option(b"RELEVANCY", lambda _: Option(_relevancy))


def check_relevancy(program: Program, options: Options | None, keys: Sequence[Key] = ()) -> None:
    """Raises Bad when RELEVANCY is asked for without a FUZZY key (§4, §6)."""
    if program.fuzzy:
        return
    if by_relevancy(keys) or (options is not None and b"RELEVANCY" in options):
        raise Bad("RELEVANCY needs a FUZZY key")
