"""``manage.py demomailbox EMAIL [--mailbox NAME] [--messages N] [--longest N]``."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.demo.large_mailbox import fill
from lemonade_server.directory.accounts import find
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.management.store_errors import refusal
from lemonade_server.store import mailboxes
from lemonade_server.store.errors import StoreError
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.tx import snapshot, transaction
from lemonade_server.transfer.progress import ProgressLine

MOST = 1_000_000


class Command(StoreCommand):
    help = (
        "Make a mailbox of very many messages in conversations, for tests and measurements. The "
        "mailbox must not be there yet."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="whose mailbox it becomes")
        parser.add_argument("--mailbox", metavar="NAME", default="Large", help="default Large")
        parser.add_argument("--messages", metavar="N", type=int, default=100_000)
        parser.add_argument(
            "--longest", metavar="N", type=int, default=200, help="messages of a conversation [200]"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count, longest = options["messages"], options["longest"]
        if not 1 <= count <= MOST or longest < 1:
            raise CommandError(f"A mailbox can be made of 1 to {MOST} messages.")
        with snapshot() as tx:
            owner = find(tx, options["email"])
        if owner is None:
            raise CommandError(f"There is no active account {options['email']}.")
        stored = 0
        line = ProgressLine(sys.stderr, count)
        try:
            mailbox = _create(owner.id, options["mailbox"])
            for stored in fill(mailbox, count, longest):
                line.show(stored)
        except StoreError as error:
            raise refusal(error, f"{stored} messages were stored before.") from None
        line.end()
        self.stdout.write(f"{stored} messages are in {options['mailbox']}")


def _create(account: AccountId, name: str) -> MailboxId:
    with transaction() as tx:
        row = mailboxes.create(tx, account, name)
        mailboxes.subscribe(tx, account, row.name)
        return row.id
