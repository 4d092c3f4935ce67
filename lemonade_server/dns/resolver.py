"""The name servers that every look-up of ours asks: those of the machine, or LEMONADE_DNS."""

from __future__ import annotations

from functools import lru_cache

import dns.flags
import dns.resolver
from django.conf import settings

from lemonade_server.wire.name_server import name_server


@lru_cache(maxsize=4)
def _make_resolver(server: str, authentic: bool) -> dns.resolver.Resolver:
    found = dns.resolver.Resolver(configure=not server)
    if server:
        host, found.port = name_server(server)
        found.nameservers = [host]
    if authentic:
        # Asks to be told whether the answers were checked (RFC 6840 §5.7).
        found.set_flags(dns.flags.RD | dns.flags.AD)
    return found


def resolver() -> dns.resolver.Resolver:
    """The resolver of the settings; it may be used by several threads at once."""
    return _make_resolver(settings.LEMONADE.dns, settings.LEMONADE.dane)


def is_authentic(answer: dns.resolver.Answer) -> bool:
    """Whether the name server has checked the signatures of all that it says, aliases and denials
    included (RFC 4035 §3.2.3). Its word counts only where the settings trust it.
    """
    return settings.LEMONADE.dane and bool(answer.response.flags & dns.flags.AD)
