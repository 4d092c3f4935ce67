"""CAPABILITY (RFC 5804 §1.7, §2.4): computed from what is there."""

from __future__ import annotations

from lemonade_server.sieve import capabilities as sieve_capabilities
from lemonade_server.sieve.run import MAX_REDIRECTS
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.syntax import string

from ..registry import command
from ..session import Session
from .authenticate import offered_mechanisms

NEEDS = ("authenticate",)


def capabilities(session: Session) -> None:
    """Queue the lines of capabilities, without the OK behind them."""
    lines: list[tuple[str, str | None]] = [
        ("IMPLEMENTATION", "Lemonade"),
        ("SASL", " ".join(offered_mechanisms(session))),
        ("SIEVE", " ".join(sieve_capabilities())),
    ]
    if session.service.tls is not None and not session.conn.is_tls and session.identity is None:
        lines.append(("STARTTLS", None))
    lines += [("NOTIFY", "mailto"), ("MAXREDIRECTS", str(MAX_REDIRECTS))]
    if session.identity is not None:
        lines.append(("OWNER", session.identity.email))
    lines += [("UNAUTHENTICATE", None), ("VERSION", "1.0")]
    for name, value in lines:
        shown = b"" if value is None else b" " + string(value.encode(), utf8=True)
        session.conn.write(b'"%b"' % name.encode() + shown + b"\r\n")


@command(b"CAPABILITY", anonymous=None)
async def capability(session: Session, args: Cursor) -> None:
    """What the server can do now."""
    args.end()
    capabilities(session)
    session.say(b"OK")
