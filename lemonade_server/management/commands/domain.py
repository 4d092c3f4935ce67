"""``manage.py domain add|list|delete NAME``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import DomainNameValidator

from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account, Alias, Domain


class Command(StoreCommand):
    help = "The mail domains that this server is responsible for."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for action, text in (("add", "take a domain"), ("delete", "give a domain up")):
            actions.add_parser(action, help=text).add_argument("name", metavar="NAME")
        actions.add_parser("list", help="list them, with the number of accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options["action"]
        if action == "list":
            self._list()
        elif action == "add":
            self._add(options["name"].strip().lower())
        else:
            self._delete(options["name"].strip().lower())

    def _list(self) -> None:
        for domain in Domain.objects.all():
            count = Account.objects.filter(email__endswith=f"@{domain.name}").count()
            self.stdout.write(f"{domain.name}\t{count} account{'' if count == 1 else 's'}")

    def _add(self, name: str) -> None:
        try:
            DomainNameValidator()(name)
        except ValidationError:
            raise CommandError(f"{name!r} is not a domain name; example.org is one.") from None
        _, created = Domain.objects.get_or_create(name=name)
        self.stdout.write(f"{name} added" if created else f"{name} is here already")

    def _delete(self, name: str) -> None:
        users = Account.objects.filter(email__endswith=f"@{name}").count()
        aliases = Alias.objects.filter(address__endswith=f"@{name}").count()
        if users or aliases:
            raise CommandError(
                f"{name} still has {users} accounts and {aliases} aliases: delete them first."
            )
        deleted, _ = Domain.objects.filter(name=name).delete()
        if not deleted:
            raise CommandError(f"There is no domain {name}. `domain list` shows them.")
        self.stdout.write(f"{name} deleted")
