"""Who can be written to in the torture test, and where a message to each must end up.

A place is ``account/mailbox``, or ``sink/address`` for what the next host gets.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .family import System, everything
from .ledger import tokens
from .moods import REFUSED, MoodyHost, recipients

ELSEWHERE = ("someone@example.net", "another@example.com", "outside@example.org")
AWAY = "away@example.net"
REPORT = "report"
MAILBOXES = ("INBOX", "Archive", "Sent")

FILTER = f'require "fileinto"; fileinto "Archive"; redirect "{AWAY}";'


@dataclass(frozen=True)
class Address:
    """``reported``: a submission to it comes back as a report."""

    text: str
    places: frozenset[str]
    reported: bool = False


class Town:
    """Friends with a filter, an open mailbox or nothing, an alias for some, and hosts elsewhere."""

    def __init__(self, system: System) -> None:
        bob, carol, dora = (system.add_account(name) for name in ("bob", "carol", "dora"))
        self.friend = bob
        self.people = [bob, carol, dora]
        team = f"team-{bob}"
        system.call("add_alias", team, bob, dora, ELSEWHERE[2])
        system.call("use_filter", carol, FILTER)
        user, _, domain = bob.partition("@")
        self.here = [
            Address(bob, frozenset({f"{bob}/INBOX"})),
            Address(f"{user}+Archive@{domain}", frozenset({f"{bob}/Archive"})),
            Address(carol, frozenset({f"{carol}/Archive", f"sink/{AWAY}"})),
            Address(dora, frozenset({f"{dora}/INBOX"})),
            Address(team, frozenset({f"{bob}/INBOX", f"{dora}/INBOX", f"sink/{ELSEWHERE[2]}"})),
        ]
        self.elsewhere = [Address(each, frozenset({f"sink/{each}"})) for each in ELSEWHERE[:2]]
        self.elsewhere.append(Address(REFUSED, frozenset(), reported=True))

    def some(self, sender: str = "") -> tuple[list[str], frozenset[str]]:
        """Some addresses, and where a message to them must be; with a sender of ours from
        anywhere, without one only those here.
        """
        known = self.here + self.elsewhere if sender else self.here
        chosen = random.sample(known, random.choice((1, 1, 2, 3)))
        places = frozenset[str]().union(*(each.places for each in chosen))
        if any(each.reported for each in chosen):
            places |= {f"{sender}/{REPORT}"}
        return [each.text for each in chosen], places


def mail_of(system: System, accounts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often each token's message is in each place of these accounts."""
    found: Counter[tuple[str, str]] = Counter()
    for email in accounts:
        for mailbox, messages in everything(system, email, *MAILBOXES).items():
            for octets in messages:
                report = b"\r\nContent-Type: multipart/report" in octets
                for token in tokens([octets]):
                    found[token, f"{email}/{REPORT if report else mailbox}"] += 1
    return found


def mail_at(host: MoodyHost) -> set[tuple[str, str]]:
    """Which token's message was taken for which address."""
    return {
        (token, f"sink/{address}")
        for taken in host.taken
        for token in tokens([taken.octets])
        for address in recipients(taken)
    }
