"""``manage.py exportmail EMAIL PATH [--format mbox|maildir|eml]``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.directory.accounts import canonical
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account
from lemonade_server.store.ids import AccountId
from lemonade_server.transfer.exporter import FORMATS, Exists, export


class Command(StoreCommand):
    help = "Write all mailboxes of an account to files that importmail and others can read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("path", metavar="PATH", type=Path, help="a new or empty folder")
        parser.add_argument("--format", choices=FORMATS, default="mbox")

    def handle(self, *args: Any, **options: Any) -> None:
        account = Account.objects.filter(email=canonical(options["email"])).first()
        if account is None:
            raise CommandError(f"There is no account {canonical(options['email'])}.")
        try:
            messages = export(AccountId(account.pk), options["path"], options["format"])
            written = sum(1 for _ in messages)
        except Exists as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{written} messages written to {options['path']}")
