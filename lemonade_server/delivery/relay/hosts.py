"""Which host takes the mail of a domain: the relay of the settings, or its MX (RFC 5321 §5)."""

from __future__ import annotations

import ipaddress
import random
import re
import socket
from dataclasses import dataclass, field
from itertools import zip_longest

import dns.exception
import dns.resolver
from django.conf import settings

from lemonade_server.dns.resolver import is_authentic, resolver
from lemonade_server.wire import idn
from lemonade_server.wire.relay_url import parse_relay_url
from lemonade_server.wire.tlsa import Association

SMTP_PORT = 25
_IPV6_TAG = re.compile("^ipv6:", re.IGNORECASE)  # RFC 5321 §4.1.3
BY_MX = "mx:"
"""Before a domain whose hosts an operator has chosen for the mail of another."""

DNS_SECONDS = 15.0
MOST_HOSTS = 10
"""Mail hosts of one domain that are tried at most in one attempt."""

MOST_ADDRESSES = 5
"""Addresses of one host that are tried."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How a host proves itself by its signed DNS (``dane.py``): it is asked for as ``base``, and by
    a certificate that ``records`` tell of; for one of ``names`` where that is signed by one of
    ``anchors``, certificates in DER. Without records TLS alone is asked for.
    """

    base: str
    names: tuple[str, ...]
    records: tuple[Association, ...]
    anchors: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Host:
    """A host to connect to. ``login`` empty: none is needed.

    ``proven``: mail goes only under TLS to a host that proves its name, as a policy wants it.
    ``authentic_for`` is the domain whose signed DNS names the host; ``proof_needed``: a policy does
    not name it, so that only such a proof will do. ``by_mx``: an MX record names it, and nobody
    else; ``in_policy``: an MTA-STS policy does too. ``requiretls``: it must prove its name and
    promise REQUIRETLS (RFC 8689 §4.2.1).
    """

    name: str
    port: int = SMTP_PORT
    login: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False
    proven: bool = False
    authentic_for: str = ""
    proof_needed: bool = False
    proof: Proof | None = None
    by_mx: bool = False
    in_policy: bool = False
    requiretls: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether nobody on the way can have put another name in its place."""
        return not self.by_mx or self.in_policy or bool(self.authentic_for)

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
    """The host that ``smtp://…`` or ``smtps://…`` names. Raises ValueError."""
    relay = parse_relay_url(url)
    return Host(
        name=relay.host,
        port=relay.port,
        login=relay.login,
        password=relay.password,
        implicit_tls=relay.implicit_tls,
    )


def mail_hosts(domain: str) -> list[Host]:
    """The hosts of a domain, best first, equals shuffled. Raises NoHost."""
    if domain.startswith("[") and domain.endswith("]"):
        return [Host(_IPV6_TAG.sub("", domain[1:-1]), SMTP_PORT)]
    try:
        domain = idn.to_ascii(domain)
    except ValueError as error:
        raise NoHost("5.1.2", f"{domain} is not the name of a domain") from error
    try:
        answer = resolver().resolve(domain, "MX", lifetime=DNS_SECONDS, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN as error:
        raise NoHost("5.1.2", f"There is no domain {domain}") from error
    except dns.exception.DNSException as error:
        raise NoHost("4.4.3", f"The name servers of {domain} do not answer: {error}") from error
    authentic_for = domain if is_authentic(answer) else ""
    if answer.rrset is None:
        return [Host(domain, SMTP_PORT, authentic_for=authentic_for)]  # the implicit MX
    found = sorted(
        (record.preference, random.random(), record.exchange.to_text(omit_final_dot=True))
        for record in answer
    )
    names = [name for _, _, name in found if name not in ("", ".")]
    if not names:
        raise NoHost("5.1.10", f"The domain {domain} takes no mail")  # RFC 7505 §3
    return [
        Host(name, SMTP_PORT, authentic_for=authentic_for, by_mx=True)
        for name in names[:MOST_HOSTS]
    ]


def addresses(name: str) -> list[str]:
    """A host's addresses, IPv6 and IPv4 in turn, at most MOST_ADDRESSES. Raises NoHost.

    Names that only this machine knows are found too, unless LEMONADE_DNS is to answer for all.
    """
    try:
        return [ipaddress.ip_address(name).compressed]
    except ValueError:
        pass
    by_dns = settings.LEMONADE.dns and name != "localhost"
    found = resolve_addresses(name).addresses if by_dns else _system_addresses(name)
    if not found:
        raise NoHost("5.4.4", f"The host {name} has no address")
    six = [each for each in found if ":" in each]
    four = [each for each in found if ":" not in each]
    mixed = [each for pair in zip_longest(six, four) for each in pair if each]
    return mixed[:MOST_ADDRESSES]


@dataclass(slots=True)
class DnsAddresses:
    """What the name servers say of a host: its addresses, the name that its aliases lead to, in
    lower case, and whether all of it is signed.
    """

    addresses: list[str]
    name: str
    authentic: bool


def resolve_addresses(name: str) -> DnsAddresses:
    """Ask the name servers of the settings for a host's addresses. Raises NoHost.

    Servers that fail for IPv6 alone are common: what they say of IPv4 does, unless DANE is to be
    kept, which nobody may switch off by a failure (RFC 7672 §2.1.1).
    """
    found = DnsAddresses([], name.lower(), True)
    trouble: NoHost | None = None
    for kind in ("AAAA", "A"):
        try:
            answer = resolver().resolve(name, kind, lifetime=DNS_SECONDS, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return DnsAddresses([], found.name, False)
        except dns.exception.DNSException as error:
            trouble = NoHost("4.4.3", f"The name servers of {name} do not answer: {error}")
            continue
        found.authentic = found.authentic and is_authentic(answer)
        found.name = answer.canonical_name.to_text(omit_final_dot=True).lower()
        if answer.rrset is not None:
            found.addresses += [record.address for record in answer]
    if trouble is not None and (settings.LEMONADE.dane or not found.addresses):
        raise trouble
    return found


def _system_addresses(name: str) -> list[str]:
    """By way of the operating system, with its file of hosts."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise NoHost("4.4.3", f"The name servers of {name} do not answer") from error
        return []
    except UnicodeError:
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
