"""``manage.py apppassword add|list|revoke``."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.auth.app_password_store import AppPasswordStore, InvalidAppPassword
from lemonade_server.auth.login_log import printable
from lemonade_server.directory.accounts import canonical
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account
from lemonade_server.models.app_passwords import Scope

SCOPES = [scope.value for scope in Scope]


class Command(StoreCommand):
    help = "Passwords for single programs of an account, each revoked without the others."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="make one; it is shown once")
        add.add_argument("email", metavar="EMAIL")
        add.add_argument("name", metavar="NAME", help="the program or device")
        add.add_argument(
            "--for",
            dest="scopes",
            default=",".join(SCOPES),
            metavar="SCOPES",
            help=f"what it may do, of {','.join(SCOPES)} (all)",
        )
        add.add_argument("--days", type=int, help="how long it lasts (until it is revoked)")
        show = actions.add_parser("list", help="number, name, scopes, end and last use")
        show.add_argument("email", metavar="EMAIL")
        revoke = actions.add_parser("revoke", help="end it and what is connected by it")
        revoke.add_argument("email", metavar="EMAIL")
        revoke.add_argument("number", type=int, metavar="NUMBER", help="as in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        email = canonical(options["email"])
        account = Account.objects.filter(email=email, role=Account.Role.USER).first()
        if account is None:
            raise CommandError(f"There is no account {email}.")
        getattr(self, f"_{options['action']}")(account, options)

    def _add(self, account: Account, options: dict[str, Any]) -> None:
        scopes = [one.strip() for one in options["scopes"].split(",") if one.strip()]
        try:
            secret = AppPasswordStore.issue(account.pk, options["name"], scopes, options["days"])
        except InvalidAppPassword as error:
            raise CommandError(str(error)) from None
        self.stdout.write(secret)

    def _list(self, account: Account, options: dict[str, Any]) -> None:
        for row in AppPasswordStore.of(account.pk):
            used = "never used"
            if row.last_used_at is not None:
                used = f"used {_day(row.last_used_at)} from {printable(row.last_used_from)}"
            columns = (
                str(row.pk),
                printable(row.name),
                row.scopes.replace(" ", ","),
                "no end" if row.expires_at is None else f"until {_day(row.expires_at)}",
                used,
            )
            self.stdout.write("\t".join(columns))

    def _revoke(self, account: Account, options: dict[str, Any]) -> None:
        if not AppPasswordStore.revoke(account.pk, options["number"]):
            raise CommandError(f"{account.email} has no app password {options['number']}.")
        self.stdout.write(f"app password {options['number']} of {account.email} revoked")


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
