"""Those whom somebody wrote to: remembered, ranked by use and freshness, forgotten."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from webmail.contacts.models import AddressBook, Correspondent
from webmail.mail import Address, one_line

from .folding import address_key, begins, search_text

HALF_LIFE = timedelta(days=30)
"""After so long a use counts half as much."""
MOST = 5_000  # of an account; those that count least go first
SPARE = 200  # how many more there may be before some go
LONGEST_NAME = 255


def remembers(account_id: int) -> bool:
    """Whether who is written to is remembered for this account."""
    row = AddressBook.objects.filter(account_id=account_id).first()
    return row is None or row.remembers


def switch(account_id: int, *, on: bool) -> None:
    """Remember who is written to from now on, or do so no more."""
    AddressBook.objects.update_or_create(account_id=account_id, defaults={"remembers": on})


def remember(account_id: int, people: Sequence[Address], at: datetime) -> None:
    """They were written to. Their names are those that were used last."""
    named = {address_key(one.address): one for one in people if one.address}
    if not named:
        return
    with transaction.atomic():
        AddressBook.objects.get_or_create(account_id=account_id)
        book = AddressBook.objects.select_for_update().get(account_id=account_id)
        if not book.remembers:
            return
        rows = Correspondent.objects.filter(account_id=account_id, key__in=list(named))
        known = {row.key: row for row in rows}
        for key, one in named.items():
            row = known.setdefault(
                key, Correspondent(account_id=account_id, key=key, rank=-math.inf)
            )
            row.address = one.address[:254]
            row.name = one_line(one.name)[:LONGEST_NAME] or row.name
            row.uses += 1
            row.rank = rank_after(row.rank, at)
            row.used_at = at
            row.search_text = search_text([row.name, row.address])[:600]
        written = ["address", "name", "uses", "used_at", "rank", "search_text"]
        Correspondent.objects.bulk_update([row for row in known.values() if row.pk], written)
        Correspondent.objects.bulk_create([row for row in known.values() if not row.pk])
        _forget_least(account_id)


def rank_after(rank: float, at: datetime) -> float:
    """The rank of somebody who is written to once more.

    It is the logarithm of all uses, each weighed by its time: so it need not be made anew as time
    goes by, and an index keeps the order.
    """
    weight = at.timestamp() / HALF_LIFE.total_seconds()
    more, less = max(rank, weight), min(rank, weight)
    return more + math.log2(1 + 2 ** (less - more))


def find_correspondents(account_id: int, letters: str, most: int) -> list[Correspondent]:
    """Those of whose name or address a word begins so, the first the one who is likeliest meant."""
    return list(all_of(account_id).filter(begins(letters))[:most])


def all_of(account_id: int) -> QuerySet[Correspondent]:
    """All that are remembered, the likeliest first."""
    return Correspondent.objects.filter(account_id=account_id).order_by("-rank", "key")


def forget(account_id: int, addresses: Sequence[str] | None = None) -> int:
    """These, or all, are not remembered any more; how many they were."""
    rows = Correspondent.objects.filter(account_id=account_id)
    if addresses is not None:
        rows = rows.filter(key__in=[address_key(one) for one in addresses])
    return rows.delete()[0]


def _forget_least(account_id: int) -> None:
    rows = all_of(account_id)
    if rows.count() > MOST + SPARE:
        last = rows[MOST]
        rows.filter(rank__lte=last.rank).delete()
