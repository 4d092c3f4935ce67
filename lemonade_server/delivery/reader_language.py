"""In which language to write to somebody.

What their account says, if it is one of ours; else what the account says that writes; else what
their own message asks for (RFC 3282); else English.
"""

from __future__ import annotations

from lemonade_server.languages import best_language, first_spoken
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.wire import headers

FIELDS = (b"Accept-Language", b"Content-Language")


def reader_language(
    tx: Tx, address: str, *, writer: AccountId | None = None, header: bytes = b""
) -> str:
    """The language of whoever reads mail to ``address``.

    ``writer`` is the account for which it is written, ``header`` that of a message of the reader.
    """
    return first_spoken(
        str(tx.value(sql.LANGUAGE_OF_ADDRESS, (address.lower(),)) or ""),
        account_language(tx, writer) if writer is not None else "",
        *(best_language((headers.value(header, name) or b"").decode("latin-1")) for name in FIELDS),
    )


def account_language(tx: Tx, account: AccountId) -> str:
    """What an account has settled; empty for nothing."""
    return str(tx.value(sql.LANGUAGE, (account,)) or "")
