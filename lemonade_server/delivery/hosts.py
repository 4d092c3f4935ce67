"""Which host takes the mail of a domain: the relay of the settings, or its MX (RFC 5321 §5)."""

from __future__ import annotations

import ipaddress
import random
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import dns.exception
import dns.resolver

SMTP_PORT = 25
DNS_SECONDS = 15.0
MOST_HOSTS = 10
"""Mail hosts of one domain that are tried at most in one attempt."""


@dataclass(slots=True)
class Host:
    """A host to connect to. ``login`` empty: none is needed."""

    name: str
    port: int = SMTP_PORT
    login: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False

    @property
    def is_loopback(self) -> bool:
        try:
            return ipaddress.ip_address(self.name).is_loopback
        except ValueError:
            return self.name == "localhost"


class NoHost(Exception):
    """A domain's mail can't be sent. ``status`` begins with 4 when that may change."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def relay_host(url: str) -> Host:
    """``smtp://[user:password@]host[:port]``, or ``smtps://`` for TLS from the start.

    Raises ValueError, whose text holds nothing of the password.
    """
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        parts, name, port = urlsplit(""), None, None
    if parts.scheme not in ("smtp", "smtps") or not name:
        raise ValueError(
            "LEMONADE_RELAY_URL: smtp://[user:password@]host[:port] is needed; "
            "in user and password, / is written %2F, @ %40 and : %3A"
        ) from None
    implicit = parts.scheme == "smtps"
    return Host(
        name=name,
        port=port or (465 if implicit else SMTP_PORT),
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=implicit,
    )


def mail_hosts(domain: str) -> list[Host]:
    """The hosts of a domain, best first, equals shuffled. Raises NoHost."""
    if domain.startswith("[") and domain.endswith("]"):
        return [Host(domain[1:-1].removeprefix("IPv6:"))]
    try:
        answer = dns.resolver.resolve(domain, "MX", lifetime=DNS_SECONDS)
    except dns.resolver.NXDOMAIN as error:
        raise NoHost("5.1.2", f"There is no domain {domain}") from error
    except dns.resolver.NoAnswer:
        return [Host(domain)]  # the implicit MX
    except dns.exception.DNSException as error:
        raise NoHost("4.4.3", f"The name servers of {domain} do not answer: {error}") from error
    found = sorted(
        (record.preference, random.random(), record.exchange.to_text(omit_final_dot=True))
        for record in answer
    )
    if [name for _, _, name in found] in ([""], ["."]):
        raise NoHost("5.1.10", f"The domain {domain} takes no mail")  # RFC 7505 §3
    return [Host(name) for _, _, name in found][:MOST_HOSTS]
