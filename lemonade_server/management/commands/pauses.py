"""``manage.py pauses list|lift``."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.auth import login_log, pauses
from lemonade_server.directory.accounts import canonical
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.wire.network_addresses import household


class Command(StoreCommand):
    help = "Pauses after too many failed logins: of a login, an address, or both together."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="show the pauses of now")
        lift = actions.add_parser("lift", help="end pauses at once")
        lift.add_argument("--login", default="", help="all of this login")
        lift.add_argument("--address", default="", help="all of this network address")
        lift.add_argument("--all", action="store_true", help="all there are")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options.pop('action')}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        now = int(time.time())
        for row in pauses.current_pauses(now):
            end = time.strftime("%H:%M:%S UTC", time.gmtime(pauses.ends_at(row, now) or now))
            columns = (
                login_log.printable(row.login) or "any login",
                login_log.printable(row.address) or "any address",
                f"{row.failures} failures",
                f"until {end}",
            )
            self.stdout.write("\t".join(columns))

    def _lift(self, options: dict[str, Any]) -> None:
        login, address = options["login"], options["address"]
        if not (login or address or options["all"]):
            raise CommandError("Say which: --login LOGIN, --address ADDRESS, both, or --all.")
        found = pauses.current_pauses(int(time.time()))
        if login:
            found = found.filter(login=canonical(login))
        if address:
            found = found.filter(address=household(address))
        count = pauses.lift(found)
        self.stdout.write(f"{count} pause{'' if count == 1 else 's'} lifted")
