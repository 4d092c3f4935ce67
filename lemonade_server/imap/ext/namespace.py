"""NAMESPACE (RFC 2342): one's own mailboxes, those of other users, and those of nobody."""

from __future__ import annotations

from collections.abc import Mapping

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store.namespaces import OTHERS, SHARED
from lemonade_server.wire import utf7
from lemonade_server.wire.cursor import Cursor

NAMESPACE = Capability(b"NAMESPACE", rfc=2342)


@command(b"NAMESPACE", states=states.LOGGED_IN, capability=NAMESPACE)
async def namespace(session: Session, args: Cursor) -> Ok | None:
    """Personal, other users', shared: each with its prefix and the delimiter (P-36)."""
    args.end()
    session.untagged(namespaces(session.dialect.titles))
    return None


def namespaces(translations: Mapping[str, str]) -> bytes:
    """The NAMESPACE response; a prefix may have another name to be shown (RFC 5255 §3.4)."""
    named: list[bytes] = []
    for prefix in (f"{OTHERS}/", f"{SHARED}/"):
        shown = translations.get(prefix)
        extra = b' "TRANSLATION" ("%b")' % utf7.encode(shown) if shown is not None else b""
        named.append(b'(("%b" "/"%b))' % (prefix.encode(), extra))
    return b'NAMESPACE (("" "/")) ' + b" ".join(named)
