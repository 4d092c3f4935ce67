"""``manage.py share add|list|delete|grant``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.directory import sharing
from lemonade_server.directory.accounts import canonical
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account
from lemonade_server.store import access, mailboxes
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.mailboxes import MailboxRow


class Command(StoreCommand):
    help = "The shared mailboxes, which belong to nobody, and who may do what in a mailbox."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = actions.add_parser("add", help="make a shared mailbox; nobody sees it yet")
        add.add_argument("name", metavar="NAME", help="as Team or Team/Plans")
        delete = actions.add_parser("delete", help="erase a shared mailbox with its mail")
        delete.add_argument("name", metavar="NAME")
        delete.add_argument("--yes", action="store_true", help="don't ask")
        grant = actions.add_parser("grant", help="say what somebody may do in a mailbox")
        grant.add_argument("name", metavar="NAME")
        grant.add_argument("who", metavar="WHO", help="an e-mail address, or anyone")
        grant.add_argument(
            "rights", metavar="RIGHTS", help="letters of RFC 4314 as lrs or +i; '' for none"
        )
        listing = actions.add_parser("list", help="list mailboxes that have rights, with them")
        for one in (grant, listing):
            one.add_argument("--owner", metavar="EMAIL", help="whose mailbox; shared ones without")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options.pop("action")
        getattr(self, f"_{action}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        with transaction() as tx:
            made = sharing.make_shared(tx, options["name"])
        self.stdout.write(f"Shared/{made.name} added; `share grant {made.name} WHO lrs` shows it")

    def _delete(self, options: dict[str, Any]) -> None:
        with transaction() as tx:
            row = sharing.find_shared(tx, options["name"])
        if not options["yes"]:
            text = f"Erase Shared/{row.name} and its {row.messages} messages? Type its name: "
            if sharing.bare(input(text)) != row.name:
                raise CommandError("Nothing was deleted.")
        with transaction() as tx:
            sharing.remove(tx, row.id)
        self.stdout.write(f"Shared/{row.name} deleted")

    def _grant(self, options: dict[str, Any]) -> None:
        with transaction() as tx:
            row = self._find(tx, options)
            sharing.change(tx, row, options["who"], options["rights"], "the command line")
            self.stdout.write(describe(tx, row))

    def _list(self, options: dict[str, Any]) -> None:
        with transaction() as tx:
            for row in mailboxes.all_of(tx, self._owner(options)):
                if not options["owner"] or len(access.entries(tx, row)) > 1:
                    self.stdout.write(describe(tx, row))

    def _find(self, tx: Tx, options: dict[str, Any]) -> MailboxRow:
        if not options["owner"]:
            return sharing.find_shared(tx, options["name"])
        return mailboxes.need(tx, self._owner(options), options["name"], "a")

    def _owner(self, options: dict[str, Any]) -> AccountId:
        if not options["owner"]:
            return sharing.shared_owner()
        email = canonical(options["owner"])
        try:
            return AccountId(Account.objects.get(email=email).pk)
        except Account.DoesNotExist:
            raise CommandError(f"There is no account {email}. `account list` shows them.") from None


def describe(tx: Tx, row: MailboxRow) -> str:
    """The name that others see, and who may do what, as letters."""
    rights = [
        f"{entry.grantee.identifier}={entry.rights}"
        for entry in access.entries(tx, row)
        if entry.grantee.account != row.account
    ]
    return "\t".join([sharing.shown_name(tx, row), *rights])
