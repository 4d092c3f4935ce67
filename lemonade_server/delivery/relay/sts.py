"""MTA-STS: domains that want their mail only under TLS and only at hosts that prove their names.

A policy is fetched over HTTPS when the domain's record names a new one, and kept for its time
(RFC 8461 §5). One that can't be had does not stop mail; one that is kept is not forgotten because
the record or the web server can't be reached.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from dataclasses import replace

import dns.exception
import dns.rdatatype
import structlog

from lemonade_server.dns.resolver import resolver
from lemonade_server.store import destinations
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.destinations import Policy
from lemonade_server.wire import mta_sts

from .hosts import BY_MX, DNS_SECONDS, Host, NoHost, addresses

HTTPS_PORT = 443
PATH = "/.well-known/mta-sts.txt"
LARGEST = 65_536
FETCH_SECONDS = 20.0

log = structlog.get_logger()


def allowed_hosts(place: str, hosts: list[Host]) -> list[Host]:
    """The hosts that the place's policy allows, told to prove themselves. Raises NoHost."""
    place = place.removeprefix(BY_MX)
    kept = policy_of(place) if "." in place and "/" not in place and "[" not in place else None
    if kept is None or kept.mode == "none":
        return hosts
    names = {host.name for host in hosts if mta_sts.allows(kept.hosts, host.name)}
    if kept.mode == "testing":
        if any(host.name not in names for host in hosts):
            log.info("sts_would_refuse", domain=place, hosts=[host.name for host in hosts])
        return [replace(host, in_policy=host.name in names) for host in hosts]
    # DANE comes first (RFC 8461 §2): a host that the policy lacks may still prove itself by it.
    allowed = [
        replace(
            host, proven=True, in_policy=host.name in names, proof_needed=host.name not in names
        )
        for host in hosts
        if host.name in names or host.authentic_for
    ]
    if not allowed:
        raise NoHost("4.7.5", f"No mail host of {place} is in its MTA-STS policy")
    return allowed


def policy_of(domain: str) -> Policy | None:
    """The domain's policy now in force."""
    now = int(time.time())
    with snapshot() as tx:
        kept = destinations.policy(tx, domain)
    if kept is not None and kept.expires_at <= now:
        kept = None
    try:
        announced = _find_policy_id(domain)
    except (dns.exception.DNSException, ValueError):
        return kept
    if kept is not None and kept.policy_id == announced:
        return kept
    try:
        fetched = mta_sts.parse_policy(_fetch_policy(domain))
    except (OSError, http.client.HTTPException, ValueError, NoHost) as error:
        log.warning("sts_policy_not_fetched", domain=domain, error=str(error))
        return kept
    fresh = Policy(announced, fetched.mode, fetched.hosts, now, now + fetched.max_age)
    with transaction() as tx:
        destinations.keep_policy(tx, domain, fresh)
    return fresh


def _find_policy_id(domain: str) -> str:
    """The id in the domain's record. Raises DNSException, ValueError."""
    answer = resolver().resolve(f"_mta-sts.{domain}", "TXT", lifetime=DNS_SECONDS)
    return mta_sts.policy_id([b"".join(record.strings) for record in answer])


def _fetch_policy(domain: str) -> str:
    """The policy's text. Redirects are not followed (§3.3). Raises OSError, HTTPException,
    ValueError, NoHost.
    """
    connection = _Connection(f"mta-sts.{domain}")
    ends = time.monotonic() + FETCH_SECONDS
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        if response.status != 200:
            raise ValueError(f"the web server answers {response.status}")
        if response.headers.get_content_type() != "text/plain":
            raise ValueError("the policy is not text/plain")
        body = b""
        while piece := response.read1(LARGEST):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                raise ValueError("the policy is too long, or takes too long")
        return body.decode("ascii")
    finally:
        connection.close()


class _Connection(http.client.HTTPSConnection):
    """HTTPS to the addresses that our own name servers give."""

    def __init__(self, name: str) -> None:
        super().__init__(name, HTTPS_PORT, timeout=FETCH_SECONDS / 2)

    def connect(self) -> None:
        failure: OSError = OSError("no address")
        for address in addresses(self.host):
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                failure = error
                continue
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
            return
        raise failure
