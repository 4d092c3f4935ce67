"""Who a message is really from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).

``pyspf`` and ``dkimpy`` check; every look-up goes through our resolver and ends at a common time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Lock
from time import monotonic
from typing import Any

import dkim  # type: ignore[import-untyped]
import dns.exception
import dns.resolver
import spf  # type: ignore[import-untyped]
from publicsuffixlist import PublicSuffixList

from lemonade_server.dns.resolver import resolver
from lemonade_server.wire import addresses, headers

MOST_SIGNATURES = 5
MOST_AUTHORS = 5
"""Domains of authors whose policies are asked for; who names more is believed for none."""

SECONDS = 15.0
"""For all look-ups of one message together."""

LARGE = 4 * 1024 * 1024
"""Octets from which signed messages take turns in memory."""

_one_large = Lock()


@dataclass(slots=True)
class SignatureResult:
    """One DKIM signature and its result."""

    domain: str
    result: str


@dataclass(slots=True)
class Findings:
    """Results as RFC 8601 §2.7 names them; ``policy`` is what the author's domain asks for. Of
    several authors it is the one with the worst result.
    """

    spf: str = "none"
    signatures: list[SignatureResult] = field(default_factory=list)
    author: str = ""
    dmarc: str = "none"
    policy: str = "none"

    def vouch_for(self, sender: str) -> bool:
        """Whether a message was sent by who the envelope names: a report goes to who wrote."""
        domain = sender.rpartition("@")[2].lower()
        return bool(domain) and (
            self.spf == "pass"
            or any(
                each.result == "pass" and _is_aligned(domain, each.domain, "r")
                for each in self.signatures
            )
        )


class _Lookups:
    """Look-ups until a time."""

    def __init__(self) -> None:
        self._until = monotonic() + SECONDS

    def ask(self, name: str, kind: str) -> list[Any]:
        """Records, none where there are none. Raises DNSException for what may work later."""
        left = self._until - monotonic()
        if left <= 0:
            raise dns.exception.Timeout
        try:
            return list(resolver().resolve(name, kind, lifetime=left))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []

    def texts(self, name: str) -> list[bytes]:
        return [b"".join(record.strings) for record in self.ask(name, "TXT")]


class _SpfQuery(spf.query):  # type: ignore[misc]  # the library has no types
    """A check of ``pyspf`` that asks through us."""

    def __init__(self, lookups: _Lookups, peer: str, sender: str, helo: str) -> None:
        super().__init__(i=peer, s=sender, h=helo, strict=False)
        self._lookups = lookups

    def dns(
        self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False
    ) -> list[object]:
        try:
            found = [_spf_value(record, qtype) for record in self._lookups.ask(str(name), qtype)]
        except dns.exception.DNSException as error:
            raise spf.TempError(f"DNS {error}") from error
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError("too many look-ups that give nothing")
        return found


def _spf_value(record: Any, kind: str) -> object:
    match kind:
        case "A" | "AAAA":
            return record.address
        case "MX":
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
    return record.strings


def examine(
    peer: str, helo: str, sender: str, header: bytes, size: int, read: Callable[[], bytes]
) -> Findings:
    """Judge a message of ``size`` octets by where it came from and what it carries; ``read``
    gives it whole and is called only when it is signed. Blocks; never raises.
    """
    lookups = _Lookups()
    found = Findings(spf=_spf(lookups, peer, helo, sender))
    found.signatures = _signatures(lookups, header, size, read)
    domain = (sender.rpartition("@")[2] or helo).lower()
    passed = [each.domain for each in found.signatures if each.result == "pass"]
    _judge_authors(lookups, found, header, [domain] if found.spf == "pass" else [], passed)
    return found


def spf_of(peer: str, helo: str, sender: str) -> str:
    """Whether a host may send for a sender's domain, before there is a message. Blocks."""
    return _spf(_Lookups(), peer, helo, sender)


def _spf(lookups: _Lookups, peer: str, helo: str, sender: str) -> str:
    try:
        ipaddress.ip_address(peer)
        result: str = _SpfQuery(lookups, peer, sender, helo).check()[0]
    except Exception:  # a strange record brings out faults of the library: no verdict then
        return "permerror"
    return result


def _signatures(
    lookups: _Lookups, header: bytes, size: int, read: Callable[[], bytes]
) -> list[SignatureResult]:
    count = len(headers.table(header).get(b"dkim-signature", []))
    if not count:
        return []
    # The library wants a message whole, and copies it.
    with _one_large if size > LARGE else nullcontext():
        checker = dkim.DKIM(read())
        return [_signature(lookups, checker, at) for at in range(min(count, MOST_SIGNATURES))]


def _signature(lookups: _Lookups, checker: dkim.DKIM, at: int) -> SignatureResult:
    def published(name: bytes, timeout: float = 0) -> bytes | None:
        found = lookups.texts(name.decode("ascii"))
        return found[0] if found else None

    result = "permerror"
    checker.domain = b""
    try:
        result = "pass" if checker.verify(idx=at, dnsfunc=published) else "fail"
    except dkim.ValidationError:
        result = "fail"
    except dns.exception.DNSException:
        result = "temperror"
    except Exception:  # whatever a forged signature brings out of the library
        result = "permerror"
    return SignatureResult((checker.domain or b"").decode("ascii", "replace").lower(), result)


def _judge_authors(
    lookups: _Lookups, found: Findings, header: bytes, sent: list[str], signed: list[str]
) -> None:
    """The worst verdict of all authors' domains: a second author must not save the first, whom
    readers see, from the policy of his domain (RFC 7489 §6.6.1).
    """
    domains = _author_domains(header)
    verdicts = []
    for author in domains[:MOST_AUTHORS]:
        verdict = Findings(found.spf, found.signatures, author)
        with suppress(ValueError):  # what can be no domain has no policy
            _dmarc(lookups, verdict, sent, signed)
        verdicts.append(verdict)
    if len(domains) > MOST_AUTHORS:
        verdicts.append(Findings(author=domains[MOST_AUTHORS], dmarc="fail", policy="reject"))
    for verdict in sorted(verdicts, key=_severity):
        found.author, found.dmarc, found.policy = verdict.author, verdict.dmarc, verdict.policy


def _severity(verdict: Findings) -> tuple[int, int]:
    results = ("pass", "none", "temperror", "fail")
    return results.index(verdict.dmarc), ("none", "quarantine", "reject").index(verdict.policy)


def _author_domains(header: bytes) -> list[str]:
    """The domains of all authors, in all From fields, once each."""
    authors = addresses.mailboxes(headers.table(header).get(b"from", ()))
    hosts = (host.decode("utf-8", "replace").lower() for _, _, _, host in authors if host)
    return list(dict.fromkeys(hosts))


def _dmarc(lookups: _Lookups, found: Findings, sent: list[str], signed: list[str]) -> None:
    """The policy of the author's domain, and whether one of the results is in its name (§3.1)."""
    organization = organization_of(found.author)
    try:
        tags = _policy(lookups, found.author)
        is_own = tags is not None
        if tags is None and organization != found.author:
            tags = _policy(lookups, organization)
    except dns.exception.DNSException:
        found.dmarc = "temperror"
        return
    if tags is None:
        return
    asked = tags["p"] if is_own else tags.get("sp", tags["p"])
    found.policy = asked if asked in ("quarantine", "reject") else "none"
    fits: Callable[[str, str], bool] = partial(_is_aligned, found.author)
    good = any(fits(each, tags.get("aspf", "r")) for each in sent) or any(
        fits(each, tags.get("adkim", "r")) for each in signed
    )
    unsure = found.spf == "temperror" or any(x.result == "temperror" for x in found.signatures)
    found.dmarc = "pass" if good else "temperror" if unsure else "fail"


def _policy(lookups: _Lookups, domain: str) -> dict[str, str] | None:
    records = [
        text.decode("ascii", "replace")
        for text in lookups.texts(f"_dmarc.{domain}")
        if text.startswith(b"v=DMARC1")
    ]
    if len(records) != 1:
        return None
    pairs = (part.partition("=") for part in records[0].split(";"))
    tags = {name.strip().lower(): value.strip().lower() for name, _, value in pairs if name.strip()}
    return tags if "p" in tags else None


def _is_aligned(author: str, domain: str, mode: str) -> bool:
    if mode == "s":
        return domain == author
    return organization_of(domain) == organization_of(author)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def organization_of(domain: str) -> str:
    """The domain as it was registered: ``example.co.uk`` of ``a.b.example.co.uk``."""
    found = _suffixes().privatesuffix(domain)
    if found and "." in found:
        return found
    return ".".join(domain.split(".")[-2:])  # an unlisted ending: the rule "*" of the list
