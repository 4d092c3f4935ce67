"""``manage.py route ADDRESS…``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.delivery.route_report import report_route
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.store.db import snapshot


class Command(StoreCommand):
    help = "Where mail to an address goes, through aliases and domains, as they are now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("addresses", metavar="ADDRESS", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        for address in options["addresses"]:
            try:
                with snapshot() as tx:
                    legs = report_route(tx, address)
            except ValueError as error:
                raise CommandError(str(error)) from None
            for leg in legs:
                self.stdout.write(f"{address}\t{leg.address}\t{leg.words}")
