"""What the tables say of addresses. A whole level of a resolution is read by one statement."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings

from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import directory as sql
from lemonade_server.store.tx import Tx
from lemonade_server.wire import idn

from .accounts import USER_ROLE
from .addresses import domain_of, fold, in_domain, names, spellings, without_detail

_NO_TEXT = re.compile("[\0\ud800-\udfff]")

_MOST_NAMES = 1_024
"""Names in one statement: databases bound its parameters."""


@dataclass(frozen=True, slots=True)
class KnownDomain:
    """A domain of ours. ``other_name_of`` is the domain that has its addresses, or empty."""

    catch_all: str = ""
    other_name_of: str = ""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """Somebody's mailboxes. ``script`` is the active filter, ``mutes`` whether any conversation
    may be muted.
    """

    id: AccountId
    is_active: bool
    script: int = 0
    mutes: bool = False


@dataclass(slots=True)
class PlannedChange:
    """What somebody is about to write, and would like to know the end of."""

    aliases: dict[str, list[str]] = field(default_factory=dict)
    catch_alls: dict[str, str] = field(default_factory=dict)


class Lookup:
    """What one transaction has read; nothing is read twice. ``change`` counts as written."""

    def __init__(self, tx: Tx, change: PlannedChange | None = None) -> None:
        self._tx = tx
        self._change = change or PlannedChange()
        self._addresses: set[str] = set()
        self._read: set[str] = set()
        self._domains: dict[str, KnownDomain] = {}
        self._aliases: dict[str, list[str]] = {}
        self._accounts: dict[str, KnownAccount] = {}

    def load(self, addresses: Iterable[str]) -> None:
        """Read all that ``domain``, ``alias`` and ``account`` will be asked of these addresses."""
        fresh = set(addresses) - self._addresses
        if not fresh:
            return
        self._addresses |= fresh
        wanted = {
            name
            for address in fresh
            for spelled in spellings(address)
            for name in names(spelled)
            if _is_text(name)
        } - self._read
        if not wanted:
            return
        self._read |= wanted
        for kind, name, text, other, number, active, script, mutes in self._rows(list(wanted)):
            if kind == sql.DOMAIN:
                self._domains[name] = KnownDomain(text, other or "")
            elif kind == sql.ALIAS:
                self._aliases.setdefault(name, []).extend([text] if text is not None else [])
            elif text == USER_ROLE:
                self._accounts[name] = KnownAccount(
                    AccountId(number), bool(active), script, bool(mutes)
                )
        self._aliases |= {one: to for one, to in self._change.aliases.items() if one in wanted}

    def _rows(self, names: list[str]) -> list[tuple[Any, ...]]:
        """All that is called so, targets in the order in which they were written."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(names), _MOST_NAMES):
            some = names[start : start + _MOST_NAMES]
            domains, padded = _pad({domain_of(name) for name in some}), _pad(some)
            rows += self._tx.rows(
                sql.entries(len(domains), len(padded)), (*domains, *padded, *padded)
            )
        return sorted(rows, key=_by_age)

    def domain_name(self, address: str) -> str | None:
        """The name by which we know the domain of an address; None when it is not ours."""
        for name in idn.forms(domain_of(address)):
            if name == settings.LEMONADE.domain or name in self._domains:
                return name
        return None

    def domain(self, name: str) -> KnownDomain:
        """A domain of ours; the default domain may have no row."""
        found = self._domains.get(name, KnownDomain())
        catch_all = self._change.catch_alls.get(name, found.catch_all)
        return KnownDomain(catch_all, found.other_name_of)

    def alias(self, name: str) -> list[str] | None:
        """The targets of an alias; None when there is none of that name."""
        return self._aliases.get(name)

    def account(self, name: str) -> KnownAccount | None:
        """The person's account of that name, be it disabled."""
        return self._accounts.get(name)

    def administrators(self) -> list[str]:
        """Who gets what is for ``postmaster``: the administrators, or the first account of all."""
        found = self._tx.rows(sql.ADMINS, (True, True)) or self._tx.rows(sql.FIRST_ACCOUNT, (True,))
        return [str(email) for (email,) in found]

    def aliases_to(self, addresses: Iterable[str]) -> set[str]:
        """Aliases with a target that looks like one of these, be it with a detail or under another
        name of the domain. Whether they lead there, a resolution says.
        """
        plain = {
            spelled
            for address in addresses
            for name in (domain_of(address), *self._other_names.get(domain_of(address), ()))
            for spelled in spellings(fold(in_domain(without_detail(address), name)))
        }
        return {str(name) for (name,) in self._tx.rows(sql.ALIASES_TO, (sorted(plain),))}

    def other_names(self, domain: str) -> list[str]:
        """The other names of a domain of ours."""
        return self._other_names.get(domain, [])

    @cached_property
    def _other_names(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for other, domain in self._tx.rows(sql.OTHER_NAMES):
            found.setdefault(domain, []).append(other)
        return found


def is_local(tx: Tx, domain: str) -> bool:
    """Whether this server is responsible for a domain, however it is written."""
    forms = idn.forms(domain)
    if settings.LEMONADE.domain in forms:
        return True
    return any(tx.row(sql.IS_DOMAIN, (name,)) is not None for name in forms)


def _is_text(name: str) -> bool:
    """Whether a row can have that name: PostgreSQL knows no NUL, and no database half of a
    surrogate pair.
    """
    return _NO_TEXT.search(name) is None


def _pad(names: Collection[str]) -> list[str]:
    """The names, the last one repeated up to a power of two: so that there are few statements."""
    found = list(names)
    return found + found[-1:] * ((1 << (len(found) - 1).bit_length()) - len(found))


def _by_age(row: tuple[Any, ...]) -> int:
    return int(row[4] or 0)
