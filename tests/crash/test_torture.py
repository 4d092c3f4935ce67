"""Every way into the server, to every kind of recipient, by way of a host with moods, while
processes are killed: what was promised is everywhere it must be, once.

``LEMONADE_TORTURE=2000`` sends that many messages instead of a few.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from .family import TARGETS, System, settled, until
from .ledger import Ledger, tokens
from .moods import UNEXPLAINED, MoodyHost, repeats
from .paths import Citizen, Planner, Postman, Stranger, Tidy
from .town import Town, mail_at, mail_of
from .workload import Appender, Client, Forwarder

pytestmark = pytest.mark.slow

MESSAGES = int(os.environ.get("LEMONADE_TORTURE", "150"))
PER_KILL = 12
"""Messages for each kill."""

PER_ABSENCE = 60
ABSENCE = 1.5
AT_MOST = 60 + MESSAGES
"""Seconds that the traffic, and then its end, may take."""


@dataclass
class Struck:
    """Who was shot, and how often the host was away."""

    shots: Counter[str] = field(default_factory=Counter)
    absences: int = 0


def test_nothing_is_lost_and_nothing_comes_twice(system: System, sink: MoodyHost) -> None:
    sink.be_moody()
    ledger, town = Ledger(), Town(system)
    clients = crew(system, ledger, town)
    started = time.monotonic()
    struck = torment(system, sink, ledger, clients)
    traffic = time.monotonic() - started
    until(lambda: settled(system), AT_MOST, "all mail has left the queues")
    settling = time.monotonic() - started - traffic

    accounts = [*town.people, *dict.fromkeys(each.email for each in clients)]
    here = mail_of(system, dict.fromkeys(accounts))
    check_moved(ledger, clients, here)
    check_places(ledger, set(here) | mail_at(sink))
    doubles = {place: count for place, count in here.items() if count > 1}
    assert not doubles, "delivered here twice"
    check_times(clients, sink)
    again = repeats(sink.taken)
    print(
        f"\n{len(ledger.tried)} messages in {traffic:.0f} s and {settling:.0f} s more,"
        f" {len(ledger.promised)} promised;"
        f" {sum(struck.shots.values())} kills {dict(struck.shots)}, host away {struck.absences}"
        f" times; {here.total()} in mailboxes, {len(sink.taken)} taken by the host;"
        f" again: {dict(Counter(repeat.reason for repeat in again))}"
    )
    assert not [repeat for repeat in again if repeat.reason == UNEXPLAINED]
    assert "sound" in system.manage("checkstore", "--deep")


def crew(system: System, ledger: Ledger, town: Town) -> list[Client]:
    """One or two clients for each way in."""
    alice = system.add_account("alice")
    return [
        Appender(system, ledger, system.add_account("alice"), town.friend),
        Forwarder(system, ledger, alice, town.friend),
        Tidy(system, ledger, town),
        Citizen(system, ledger, town),
        Citizen(system, ledger, town),
        Planner(system, ledger, town),
        Stranger(system, ledger, town),
        Postman(system, ledger, town),
    ]


def torment(system: System, host: MoodyHost, ledger: Ledger, clients: list[Client]) -> Struck:
    """Let the clients work until there are enough messages, and be in their way."""
    struck = Struck()
    deadline = time.monotonic() + AT_MOST
    for client in clients:
        client.start()
    while len(ledger.tried) < MESSAGES:
        assert time.monotonic() < deadline, f"only {len(ledger.tried)} messages"
        assert all(client.is_alive() for client in clients), threading.enumerate()
        time.sleep(random.uniform(0, 0.03))
        if len(ledger.tried) >= PER_KILL * struck.shots.total():
            name = random.choice(TARGETS)
            struck.shots[name] += system.shoot(name)
        if len(ledger.tried) >= PER_ABSENCE * (struck.absences + 1):
            host.go_away(ABSENCE)
            struck.absences += 1
    for client in clients:
        client.enough.set()
    for client in clients:
        client.join(60)
        assert not client.is_alive()
    assert not [answer for client in clients for answer in client.answers]
    return struck


def check_moved(ledger: Ledger, clients: list[Client], here: Counter[tuple[str, str]]) -> None:
    """What somebody moves about is in one of two places, and where it was moved once it was."""
    for client in clients:
        if isinstance(client, Tidy):
            both = (f"{client.email}/INBOX", f"{client.email}/Archive")
            for token in ledger.of("move")[0]:
                found = [place for place in both if here[token, place]]
                assert len(found) == 1 or (not found and token not in ledger.promised), token
                assert token not in client.moved or found == [both[1]], token
                ledger.places[token] = frozenset(found)


def check_places(ledger: Ledger, found: set[tuple[str, str]]) -> None:
    """Promised: at each place of it. Not promised, because the answer was lost: at all or none.

    Nowhere else, and nobody got a report of what was delivered.
    """
    found_at: dict[str, set[str]] = {token: set() for token in ledger.tried}
    for token, place in found:
        found_at[token].add(place)
    for token, places in found_at.items():
        wanted, aside = ledger.places[token], {ledger.aside[token]} - {""}
        assert places <= wanted | aside, (token, "is where it does not belong", places - wanted)
        if token in ledger.promised:
            assert places == wanted | aside, (token, "is not at", (wanted | aside) - places)
        else:
            assert places & wanted in (set(), wanted), (token, "half accepted", wanted - places)


def check_times(clients: list[Client], host: MoodyHost) -> None:
    """Nothing that was to be sent later was sent before."""
    due = {k: v for each in clients if isinstance(each, Planner) for k, v in each.due.items()}
    for taken in host.taken:
        for token in tokens([taken.octets]):
            assert taken.at >= due.get(token, 0.0), token
