"""``manage.py domain add|list|delete|set|dkim NAME``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import DomainNameValidator

from lemonade_server.directory import checks
from lemonade_server.directory.removal import find_obstacles
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account, Domain
from lemonade_server.signing import dns_records, keys


class Command(StoreCommand):
    help = "The mail domains that this server is responsible for."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for action, text in (("add", "take a domain"), ("delete", "give a domain up")):
            actions.add_parser(action, help=text).add_argument("name", metavar="NAME")
        setting = actions.add_parser("set", help="who gets what nobody has; another domain's name")
        setting.add_argument("name", metavar="NAME")
        setting.add_argument("--catch-all", metavar="ADDRESS", help="'' for nobody")
        setting.add_argument("--alias-of", metavar="DOMAIN", help="'' for none")
        dkim = actions.add_parser("dkim", help="show, make, use and retire the keys of signatures")
        dkim.add_argument("name", metavar="NAME")
        steps = dkim.add_mutually_exclusive_group()
        steps.add_argument("--new", action="store_true", help="make keys; publish their records")
        steps.add_argument("--use", metavar="SELECTOR", help="sign with these from now on")
        steps.add_argument("--retire", metavar="SELECTOR", help="forget keys that were replaced")
        actions.add_parser("list", help="list them, with the number of accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options["action"]
        if action == "list":
            self._list()
        elif action == "add":
            self._add(options["name"].strip().lower())
        elif action == "set":
            self._set(self._find(options["name"]), options["catch_all"], options["alias_of"])
        elif action == "dkim":
            self._dkim(self._find(options["name"]), options)
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

    def _find(self, name: str) -> Domain:
        found = Domain.objects.filter(name=name.strip().lower()).first()
        if found is None:
            raise CommandError(f"There is no domain {name}. `domain list` shows them.")
        return found

    def _set(self, domain: Domain, catch_all: str | None, alias_of: str | None) -> None:
        chosen, nobodys = domain.alias_of, domain.catch_all
        if alias_of is not None:
            chosen = self._find(alias_of) if alias_of.strip() else None
        try:
            domain.alias_of = checks.checked_other_name(domain, chosen)
            if catch_all is not None:
                nobodys = checks.checked_catch_all(domain.name, catch_all)
            checks.refuse_both(chosen, nobodys)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        domain.catch_all = nobodys
        domain.save()
        other = f"another name of {domain.alias_of}" if domain.alias_of else "has its own addresses"
        unknown = f"goes to {domain.catch_all}" if domain.catch_all else "is refused"
        self.stdout.write(f"{domain.name} {other}; mail for nobody {unknown}")

    def _dkim(self, domain: Domain, options: dict[str, Any]) -> None:
        if options["new"]:
            keys.make(domain)
        elif options["use"] and not keys.use(domain, options["use"]):
            raise CommandError(f"{domain.name} has no keys {options['use']}.")
        elif options["retire"] and not keys.retire(domain, options["retire"]):
            raise CommandError(f"{options['retire']}: there are no such keys, or they sign.")
        for record in dns_records.of_keys(domain):
            self.stdout.write(f"; {record.about}\n{record.line}")
        self.stdout.write("; suggested beside them")
        for record in dns_records.suggested_records(domain.name, settings.LEMONADE.hostname):
            self.stdout.write(record.line)

    def _delete(self, name: str) -> None:
        domain = self._find(name)
        if obstacles := find_obstacles(domain):
            raise CommandError(f"{name} can't go. It still has: {'; '.join(obstacles)}.")
        domain.delete()
        self.stdout.write(f"{name} deleted")
