"""DANE: domains whose signed DNS says with which certificates their mail hosts prove themselves.

RFC 7672. The name server of the settings has checked the signatures and says so by the AD bit,
which is why it must be on this machine: nobody can change that bit on the way (§2.1.3). Where a
look-up fails the host is not used: whoever can suppress an answer must not get the mail (§2.1.2).
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

import dns.exception
import dns.resolver

from lemonade_server.dns.resolver import is_authentic, resolver
from lemonade_server.wire import tlsa
from lemonade_server.wire.tlsa import Association

from .hosts import DNS_SECONDS, Host, NoHost, Proof, resolve_addresses
from .replies import HostFailed


def add_proof(host: Host) -> Host:
    """The host with what its TLSA records demand; as it is when it has none. Raises HostFailed.

    Without signatures on the way to its name and address there is nothing to ask for (§2.2).
    """
    if not host.authentic_for:
        return host
    for base in _bases(host.name):
        records = _records(base, host)
        if records:
            names = tuple(dict.fromkeys((base, host.name.lower(), host.authentic_for)))
            return replace(host, proof=Proof(base, names, tuple(tlsa.usable(records))))
    return host


def _bases(name: str) -> list[str]:
    """The names whose TLSA records count, best first: what an alias leads to, if all the way is
    signed, then the name itself (§2.2.2, §2.2.3). Raises HostFailed.
    """
    name = name.lower()
    try:
        found = resolve_addresses(name)
    except NoHost as error:
        raise HostFailed(f"DANE: {error.text}", error.status) from error
    if found.authentic:
        return list(dict.fromkeys((found.name, name)))
    if found.name == name:
        return []
    # An alias may be signed though what it leads to is not.
    with contextlib.suppress(dns.resolver.NXDOMAIN):
        if is_authentic(_resolve(name, "CNAME", name)):
            return [name]
    return []


def _records(base: str, host: Host) -> list[Association]:
    """The signed TLSA records of a name, none when there are none. Raises HostFailed."""
    try:
        answer = _resolve(f"_{host.port}._tcp.{base}", "TLSA", host.name)
    except dns.resolver.NXDOMAIN:
        return []
    if answer.rrset is None or not is_authentic(answer):
        return []
    return [
        Association(record.usage, record.selector, record.mtype, bytes(record.cert))
        for record in answer
    ]


def _resolve(name: str, kind: str, host: str) -> dns.resolver.Answer:
    """Raises NXDOMAIN, and HostFailed for what is no answer: an error may be an attack."""
    try:
        return resolver().resolve(name, kind, lifetime=DNS_SECONDS, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        raise
    except dns.exception.DNSException as error:
        raise HostFailed(
            f"DANE: the TLSA records of {host} can't be had: {error}", "4.4.3"
        ) from error
