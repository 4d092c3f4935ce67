"""UTF8=ACCEPT: UTF-8 in names, quoted strings and the headers of messages (RFC 6855, RFC 9755).

Messages are the same for every client: one that has not enabled it is sent the octets of such a
header in literals, as they are (§7 leaves the choice, and a surrogate could not be answered). §4
would have APPEND refuse 8-bit headers from such a client. They are taken: clients copy old mail
from server to server, and a message that can't be copied is lost.
"""

from __future__ import annotations

from dataclasses import replace

from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.message_data import literal_form
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.wire.cursor import Cursor, Literal
from lemonade_server.wire.errors import Bad, No

NEEDS = ("enable",)

UTF8_ACCEPT = capability(Capability(b"UTF8=ACCEPT", 6855, enable=True))


def in_utf8(dialect: Dialect) -> Dialect:
    """Names, quoted strings and the strings of a SEARCH are UTF-8 (§3)."""
    return replace(dialect, utf8=True, charsets=False)


mode(Mode(UTF8_ACCEPT.name, in_utf8))


@literal_form
def utf8_literal(cursor: Cursor) -> Literal | None:
    """``UTF8 (~{n}…)`` of APPEND and CATENATE, if it stands here. Raises Bad, No when not enabled.

    RFC 9755 dropped it: a client may as well send a literal.
    """
    if not cursor.word(b"UTF8"):
        return None
    literal = cursor.sp().expect(b"(").literal()
    cursor.expect(b")")
    if not literal.binary:
        raise Bad("UTF8 is followed by a binary literal, ~{n}")
    if not cursor.utf8:
        raise No("ENABLE UTF8=ACCEPT first", b"CANNOT")
    return literal
