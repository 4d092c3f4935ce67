"""Which hosts may be given a message whose sender has spoken of TLS, and over which connection.

RFC 8689 §4.2. One that requires TLS goes to hosts whose names are certain, that prove them, and
that promise the same to the hosts behind them. One for which TLS is optional goes to a domain as if
it had no policy at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lemonade_server.store.queue import TLS_OPTIONAL, TLS_PREFERRED, TLS_REQUIRED

from ..queue.destination_names import hosts_of
from . import sts
from .hosts import Host
from .replies import HostFailed
from .smtp_connection import SmtpConnection

ENCRYPTION_NEEDED, SUPPORT_REQUIRED = "5.7.10", "5.7.30"

_STRENGTH = {TLS_OPTIONAL: 0, "": 1, TLS_PREFERRED: 2, TLS_REQUIRED: 2}


class NotProtected(HostFailed):
    """The host was not given a message that requires TLS; others it may be given."""

    def __init__(self, text: str, status: str = ENCRYPTION_NEEDED, host: str = "") -> None:
        super().__init__(text, status)
        self.host = host


def demands(tls: str) -> tuple[str, ...]:
    """With which demands hosts are looked for, one after the other, until a host will do."""
    return (TLS_REQUIRED, "") if tls == TLS_PREFERRED else (tls,)


def is_enough(opened_for: str, tls: str) -> bool:
    """Whether a connection that was opened under one demand may carry a message with another."""
    return _STRENGTH[opened_for] >= _STRENGTH[tls]


def allowed_hosts(place: str, tls: str) -> list[Host]:
    """The hosts of a place that are tried under a demand, best first. Raises NoHost."""
    found = hosts_of(place)
    if tls == TLS_OPTIONAL:
        return [replace(host, authentic_for="") for host in found]
    allowed = sts.allowed_hosts(place, found)
    if tls == TLS_REQUIRED:
        return [replace(host, proven=True, requiretls=True) for host in allowed]
    return allowed


def connect_protected(host: Host, connect: Callable[[], SmtpConnection]) -> SmtpConnection:
    """The connection, if it is one for REQUIRETLS (§4.2.1). Raises NotProtected, HostFailed."""
    if not host.is_certain:
        raise NotProtected(
            f"The message requires TLS, and neither signed DNS nor a policy names {host.name}",
            host=host.name,
        )
    try:
        smtp = connect()
    except HostFailed as error:
        if error.status == "4.7.5":
            raise NotProtected(str(error), host=host.name) from error
        raise
    if not smtp.has_extn("requiretls"):
        smtp.hang_up()
        words = f"REQUIRETLS support required: {host.name} has none"
        raise NotProtected(words, SUPPORT_REQUIRED, host.name)
    smtp.requiretls = True
    return smtp
