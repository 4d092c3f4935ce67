"""What senders say of TLS on the way of a message, and what it means for what is made of it.

RFC 8689: the parameter REQUIRETLS of MAIL, and the header field ``TLS-Required: No``. The queue's
rows keep it; ``relay/requiretls.py`` honours it.
"""

from __future__ import annotations

from lemonade_server.store.queue import TLS_OPTIONAL, TLS_PREFERRED, TLS_REQUIRED, Envelope
from lemonade_server.wire import headers

NAME = b"TLS-Required"


def tls_of_arrival(required: bool, sender: str, header: bytes) -> str:
    """Of a message that has come in (§4.1). ``required``: MAIL said REQUIRETLS, which counts for
    more than the field. Without a sender it is a report, which must not get lost for it (§5).
    """
    if required:
        return TLS_REQUIRED if sender else TLS_PREFERRED
    value = headers.value(header, NAME)
    return TLS_OPTIONAL if value is not None and value.strip().lower() == b"no" else ""


def tls_of_reply(envelope: Envelope) -> str:
    """Of a report, an answer or a notification of a message: like that, if the way back allows it,
    as nobody would hear that it failed (§5, §6).
    """
    return TLS_PREFERRED if envelope.tls == TLS_REQUIRED else envelope.tls


def header_field(tls: str) -> bytes:
    """What a message of ours must say of it to hosts further on (§4.3); often nothing."""
    return NAME + b": No\r\n" if tls == TLS_OPTIONAL else b""
