"""ID: who the two programs are (RFC 2971)."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire import syntax
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

ID = Capability(b"ID", rfc=2971, when=states.ANY, service=True)
MAX_FIELDS = 30
MAX_NAME = 30
MAX_VALUE = 1024


def _version() -> str:
    try:
        return version("lemonade-mail")
    except PackageNotFoundError:
        return "0"


ANSWER = b"ID (%b)" % b" ".join(
    syntax.quoted_string(word) for word in (b"name", b"Lemonade", b"version", _version().encode())
)


@command(b"ID", states=states.ANY, capability=ID, service=True)
async def identify(session: Session, args: Cursor) -> Ok | None:
    """Take the client's fields for the log and give ours. They change nothing (RFC 2971 §3)."""
    fields = _fields(args.sp())
    args.end()
    name = fields.get(b"name") or b""
    session.client = name.decode("utf-8", "replace")[:60]
    session.untagged(ANSWER)
    return None


def _fields(args: Cursor) -> dict[bytes, bytes | None]:
    """``NIL`` or up to 30 pairs, each name once, within the lengths of RFC 2971 §3.3."""
    if args.word(b"NIL"):
        return {}
    fields: dict[bytes, bytes | None] = {}
    args.expect(b"(")
    while not args.maybe(b")"):
        if fields:
            args.sp()
        name = args.string(eight_bit=True).lower()
        value = None if args.sp().word(b"NIL") else args.string(eight_bit=True)
        if name in fields or len(fields) >= MAX_FIELDS:
            raise Bad("an ID field stands twice, or there are too many")
        if len(name) > MAX_NAME or len(value or b"") > MAX_VALUE:
            raise Bad("an ID field is too long")
        fields[name] = value
    return fields
