"""``manage.py alias add|list|delete ADDRESS TARGET…``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from lemonade_server.directory import checks, removal
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Alias
from lemonade_server.store.tx import transaction


class Command(StoreCommand):
    help = "Addresses that stand for others, here or elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for action, text, count in (
            ("add", "make an alias, or let one lead to more addresses", "+"),
            ("delete", "delete an alias, or some of its targets", "*"),
        ):
            one = actions.add_parser(action, help=text)
            one.add_argument("address", metavar="ADDRESS")
            one.add_argument("targets", metavar="TARGET", nargs=count)
        every = actions.add_parser("list", help="list them with their targets")
        every.add_argument("word", metavar="WORD", nargs="?", default="", help="those that have it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            match options["action"]:
                case "add":
                    self._add(options["address"], _fold(options["targets"]))
                case "delete":
                    self._delete(options["address"], _fold(options["targets"]))
                case _:
                    self._list(options["word"].strip().lower())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

    def _add(self, text: str, more: list[str]) -> None:
        address = checks.checked_address(text)
        found = Alias.objects.filter(address=address).first() or Alias(address=address)
        targets = checks.checked_targets(address, [*found.target_list(), *more])
        if words := checks.hidden_account_warning(address, targets):
            raise CommandError(words)
        self._save(found, targets)

    def _delete(self, text: str, which: list[str]) -> None:
        address = text.strip().lower()
        found = Alias.objects.filter(address=address).first()
        if found is None:
            raise CommandError(f"There is no alias {address}. `alias list` shows them.")
        targets = found.target_list()
        if unknown := [target for target in which if target not in targets]:
            raise CommandError(f"{address} does not lead to {', '.join(unknown)}.")
        kept = [target for target in targets if target not in which] if which else []
        if not kept:
            lost = removal.loss_with_alias(found).lines()
            removal.remove_alias(found)
            self.stdout.write("\n".join([f"{address} deleted", *lost]))
            return
        if words := checks.hidden_account_warning(address, kept):
            raise CommandError(words)
        self._save(found, kept)

    def _save(self, alias: Alias, targets: list[str]) -> None:
        with transaction():
            alias.save()
            alias.set_targets(targets)
        self.stdout.write(f"{alias.address} leads to {', '.join(targets)}")

    def _list(self, word: str) -> None:
        for alias in Alias.objects.prefetch_related("targets"):
            targets = alias.target_list()
            if word in alias.address or any(word in target for target in targets):
                self.stdout.write(f"{alias.address}\t{', '.join(targets)}")


def _fold(targets: list[str]) -> list[str]:
    return [target.strip().lower() for target in targets]
