"""One line in the log for each login, of every protocol: what came of it, of whom, from where.

What comes from the client is shown without control characters.
"""

from __future__ import annotations

import structlog

from .refusal import LoginDelayed

log = structlog.get_logger()

LONGEST = 320


def log_success(protocol: str, account: str, address: str, method: str, client: str = "") -> None:
    """``method`` is the SASL mechanism or LOGIN or FORM, ``client`` what it calls itself."""
    log.info("login", **_fields(protocol, account, address, method, client))


def log_failure(protocol: str, account: str, address: str, method: str, client: str = "") -> None:
    """The name, the password or the token was wrong; ``account`` is who it claimed to be."""
    log.info("login failed", **_fields(protocol, account, address, method, client))


def log_refusal(
    refusal: LoginDelayed, protocol: str, address: str, method: str, client: str = ""
) -> None:
    """The password was not looked at: there is a pause, or too many wait."""
    fields = _fields(protocol, refusal.login, address, method, client)
    log.info("login refused", reason=type(refusal).__name__.lower(), **fields)


def _fields(protocol: str, account: str, address: str, method: str, client: str) -> dict[str, str]:
    return {
        "account": printable(account),
        "address": printable(address),
        "method": printable(method),
        "client": printable(client),
        "protocol": protocol,
    }


def printable(text: str) -> str:
    r"""``text`` with what is no visible character or a space as ``\x1b``, at most 320 of them."""
    return "".join(
        one if one.isprintable() and one != "\\" else one.encode("unicode_escape").decode()
        for one in text[:LONGEST]
    )
