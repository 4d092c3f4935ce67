"""Many accounts at once from a table; safe to repeat after a break."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from lemonade_server.auth.passwords.foreign_hashes import (
    ImportedPassword,
    UnusablePassword,
    read_password,
)
from lemonade_server.directory import enrolment
from lemonade_server.directory.accounts import canonical
from lemonade_server.directory.quota import parse_octets
from lemonade_server.models import Account
from lemonade_server.store.tx import transaction

from .account_table import Row

BATCH = 32
"""Accounts in one transaction: one fsync for all, and one batch to repeat after a break."""


@dataclass(slots=True)
class ImportReport:
    """How far it is. ``refused`` and ``warned`` are pairs of a line's number and why."""

    read: int = 0
    added: int = 0
    present: int = 0
    hashed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    warned: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _New:
    line: int
    account: Account
    password: ImportedPassword


def import_accounts(rows: list[Row], dry: bool = False) -> Iterator[ImportReport]:
    """Make the accounts; yields the same report after each batch is on disk.

    ``dry``: all is judged and nothing made. Accounts that are there already are passed over, with
    the passwords that they have. Raises StoreFull, Unavailable.
    """
    report, lines = ImportReport(), dict[str, int]()
    source = iter(rows)
    # Hashing leaves the interpreter's lock alone: threads use all cores.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        while batch := list(islice(source, BATCH)):
            new = [one for row in batch if (one := _check_row(row, lines, report)) is not None]
            if not dry:
                made = threads.map(_with_password, new)
                _store(list(made))
            report.read += len(batch)
            report.added += len(new)
            report.hashed += sum(1 for one in new if not one.password.plain)
            yield report


def _check_row(row: Row, lines: dict[str, int], report: ImportReport) -> _New | None:
    """The account that a row asks for; None for one that is refused, or there already."""
    try:
        if row.fault:
            raise enrolment.InvalidAccount(row.fault)
        address = canonical(row.email)
        if first := lines.get(address):
            raise enrolment.InvalidAccount(f"{address} stands in line {first} already.")
        address = enrolment.checked_address(address)
        password = _password(row.password)
        quota = _quota(row.quota)
    except enrolment.AccountExists:
        lines[address] = row.line
        report.present += 1
        return None
    except enrolment.InvalidAccount as error:
        report.refused.append((row.line, str(error)))
        return None
    lines[address] = row.line
    if password.plain and (why := enrolment.weakness(password.plain)):
        report.warned.append((row.line, why))
    account = Account(email=address, name=row.name[:200], quota=quota)
    return _New(row.line, account, password)


def _password(text: str) -> ImportedPassword:
    try:
        password = read_password(text)
    except UnusablePassword as error:
        raise enrolment.InvalidAccount(f"The password: {error}.") from None
    if not password.encoded:
        enrolment.checked_password(password.plain)
    return password


def _quota(text: str) -> int:
    try:
        return parse_octets(text)
    except ValueError:
        raise enrolment.InvalidAccount(
            f"The quota {text!r} is no number of octets; 5 GB is one, and 0 is no limit."
        ) from None


def _with_password(new: _New) -> Account:
    """The account with its password hashed, which takes some time."""
    account, password = new.account, new.password
    if password.encoded:
        account.password = password.encoded
    else:
        account.set_password(password.plain)
    if password.scram is not None:
        salt, count, stored, server = password.scram
        account.scram_salt, account.scram_iterations = salt, count
        account.scram_stored_key, account.scram_server_key = stored, server
    return account


def _store(accounts: list[Account]) -> None:
    with transaction():
        for account in accounts:
            enrolment.store(account)
