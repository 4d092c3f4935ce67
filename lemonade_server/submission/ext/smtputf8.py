"""SMTPUTF8: addresses and header fields in UTF-8 (RFC 6531).

``wire/smtp.py`` reads them; a next host that takes none of it is not given the message
(``delivery/relay/transaction.py``).
"""

from __future__ import annotations

from ..registry import extension

NEEDS = ("mail",)

extension("SMTPUTF8", rfc=6531)
