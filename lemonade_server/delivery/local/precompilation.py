"""Large filters are compiled before the transaction that runs them, which holds up all others.

A small one takes less than a millisecond. A large one takes a second, once in a process: it is
compiled when its owner is named as a recipient, and held until the message is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from lemonade_server.sieve import Script, ScriptError
from lemonade_server.sieve.cache import get_compiled
from lemonade_server.sieve.ext.include import MAX_INCLUDED
from lemonade_server.store import scripts
from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ids import AccountId

from ..route import Leg, routes

SMALL = 4_096
"""Octets of a filter that is compiled where it is run."""

Filter = tuple[AccountId, int]


def find_large(tx: Tx, legs: Iterable[Leg]) -> list[Filter]:
    """The active filters behind these that are large, or include others."""
    return [
        (leg.account, leg.script)
        for leg in legs
        if leg.account is not None
        and leg.script
        and scripts.is_large(tx, leg.account, leg.script, SMALL)
    ]


def compile_all(filters: Iterable[Filter]) -> list[Script]:
    """Compile them and what they include. Outside any transaction: it may take seconds."""
    return [script for one in filters for script in _compile_with_included(*one)]


@contextmanager
def filters_of(addresses: Iterable[str]) -> Iterator[list[Script]]:
    """The filters of all to whom these addresses lead, compiled for as long as this lasts."""
    with snapshot() as tx:
        legs = [leg for found in routes(tx, list(addresses)) for leg in found.legs]
        filters = find_large(tx, legs)
    yield compile_all(filters)


def _compile_with_included(account: AccountId, number: int) -> list[Script]:
    with snapshot() as tx:
        active = scripts.active(tx, account, number)
    texts = [] if active is None else [active.text]
    found: list[Script] = []
    seen: set[tuple[str, bool]] = set()
    while texts and len(found) <= MAX_INCLUDED:
        with suppress(ScriptError):  # the owner is told when it is run
            script = get_compiled(texts.pop())
            found.append(script)
            fresh = script.included - seen
            seen |= fresh
            texts += _texts(account, fresh)
    return found


def _texts(account: AccountId, names: Iterable[tuple[str, bool]]) -> list[bytes]:
    with snapshot() as tx:
        read = [
            scripts.server_script(tx, name) if shared else scripts.get(tx, account, name)
            for name, shared in names
        ]
    return [text for text in read if text is not None]
