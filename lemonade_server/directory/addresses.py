"""Addresses as texts: their domain, their detail, and how they are compared."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from lemonade_server.wire import idn


def domain_of(address: str) -> str:
    """The part after the last @, in lower case; the default domain when there is none."""
    _, at, domain = address.rpartition("@")
    return domain.lower().rstrip(".") if at else str(settings.LEMONADE.domain)


def in_domain(address: str, domain: str) -> str:
    """The address of the same local part in another domain."""
    return f"{address.rpartition('@')[0]}@{domain}"


def complete(address: str) -> str:
    """``postmaster`` may come without a domain (RFC 5321 §4.5.1)."""
    return address if "@" in address else f"{address}@{settings.LEMONADE.domain}"


def fold(address: str) -> str:
    """Local parts of remote addresses keep their case elsewhere; here they are only compared."""
    return address.lower()


def split_detail(address: str) -> tuple[str, str]:
    """The local part before its ``+`` and what stands behind it, quotes undone (RFC 5233 §4)."""
    local = address.rpartition("@")[0]
    if local.startswith('"') and local.endswith('"'):
        local = local[1:-1].replace("\\", "")
    name, _, detail = local.partition("+")
    return name, detail


def without_detail(address: str) -> str:
    """``bob@example.org`` for ``bob+lists@example.org``: the detail is the reader's own business
    (RFC 5233).
    """
    if "+" not in address.rpartition("@")[0]:
        return address
    return f"{split_detail(address)[0]}@{domain_of(address)}"


@lru_cache(maxsize=4096)  # the same recipients come again, several times for each message
def names(address: str) -> tuple[str, ...]:
    """Under which names an address is looked for, first to last: folded, as it is and without its
    detail.
    """
    return tuple(dict.fromkeys((fold(address), fold(without_detail(address)))))


def spellings(address: str) -> list[str]:
    """The address with its domain as it is, in ASCII, in letters."""
    return [in_domain(address, domain) for domain in idn.forms(domain_of(address))]
