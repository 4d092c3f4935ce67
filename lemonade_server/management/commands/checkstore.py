"""``manage.py checkstore``: verifies every invariant of the mail store."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from lemonade_server.management.store_command import StoreCommand
from lemonade_server.store.check import check


class Command(StoreCommand):
    """Prints a line for each broken invariant and exits with 1 when there is one."""

    help = (
        "Verify every invariant of the mail store: counters, UIDs, mod-sequences, tombstones,"
        " reference counts, ropes and blobs. Changes nothing; may run beside the servers."
        " Exits with 1 when something is broken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--deep",
            action="store_true",
            help="read all stored octets too, and compare them with their hashes (takes a while)",
        )
        parser.add_argument(
            "--most", type=int, default=100, metavar="N", help="lines to print at most [100]"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = check(deep=options["deep"])
        for line in found[: options["most"]]:
            self.stderr.write(line)
        if found:
            more = len(found) - options["most"]
            tail = f" ({more} not shown)" if more > 0 else ""
            raise CommandError(f"{len(found)} problems found{tail}", returncode=1)
        self.stdout.write("The store is sound.")
