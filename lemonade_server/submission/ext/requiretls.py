"""REQUIRETLS: the message crosses no link in the clear, from here on (RFC 8689).

``delivery/tls_requirement.py`` says what holds for a message and for what is made of it,
``delivery/relay/requiretls.py`` which hosts it may be given to.
"""

from __future__ import annotations

from lemonade_server.wire.errors import Reply

from ..registry import extension, parameter
from ..session import Session
from ..transaction import Transaction

NEEDS = ("mail", "starttls")


def _is_offered(session: Session) -> str | None:
    return "" if session.conn.is_tls else None


extension("REQUIRETLS", rfc=8689, value=_is_offered)


@parameter("REQUIRETLS")
async def requiretls(session: Session, transaction: Transaction, value: str) -> None:
    """Under TLS only (§2). Raises Reply."""
    if value:
        raise Reply(501, "5.5.4", "REQUIRETLS takes no value")
    if not session.conn.is_tls:
        raise Reply(530, "5.7.10", "REQUIRETLS needs TLS on this connection: STARTTLS first")
    transaction.tls_required = True
