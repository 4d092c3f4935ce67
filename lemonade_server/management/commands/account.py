"""``manage.py account add|list|password|disable|enable|delete|import``."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.directory import enrolment
from lemonade_server.directory.accounts import canonical
from lemonade_server.directory.removal import loss_with_account
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.management.store_errors import refusal
from lemonade_server.models import Account
from lemonade_server.store.errors import StoreError
from lemonade_server.transfer.account_import import ImportReport, import_accounts
from lemonade_server.transfer.account_table import UnreadableTable, read_table
from lemonade_server.transfer.progress import ProgressLine


class Command(StoreCommand):
    help = "The people who have mail here. Passwords come from a prompt or --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for action, text in (
            ("add", "make an account with its mailboxes"),
            ("password", "set a new password; all sessions end"),
            ("disable", "refuse logins and new mail from now on; its mail is kept"),
            ("enable", "allow logins again"),
            ("delete", "erase an account and all its mail"),
        ):
            one = actions.add_parser(action, help=text)
            one.add_argument("email", metavar="EMAIL")
            if action in ("add", "password"):
                one.add_argument(
                    "--password-stdin", action="store_true", help="read it from standard input"
                )
            if action == "add":
                one.add_argument("--quota", type=int, default=0, help="octets; 0 is no limit")
                one.add_argument("--admin", action="store_true", help="may use the admin")
            if action == "delete":
                one.add_argument("--yes", action="store_true", help="don't ask")
        actions.add_parser("list", help="list all")
        many = actions.add_parser("import", help="make many accounts from a CSV file")
        many.add_argument(
            "file",
            metavar="FILE.csv",
            type=Path,
            help="columns email,password[,quota[,name]], in any order under a heading; passwords "
            "may be hashed, as {ARGON2ID}…, {BLF-CRYPT}…, {SHA512-CRYPT}… or {PBKDF2}…",
        )
        many.add_argument("--dry-run", action="store_true", help="judge every line, make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options.pop("action")
        try:
            getattr(self, f"_{action}")(options)
        except enrolment.InvalidAccount as error:
            raise CommandError(str(error)) from None

    def _add(self, options: dict[str, Any]) -> None:
        address = enrolment.checked_address(canonical(options["email"]))
        password = self._new_password(options)
        enrolment.enrol(address, password, quota=options["quota"], superuser=options["admin"])
        self.stdout.write(f"{address} added")

    def _list(self, options: dict[str, Any]) -> None:
        for account in Account.objects.exclude(role=Account.Role.SHARED):
            notes = [
                *(["admin"] if account.is_superuser else []),
                *([] if account.is_active else ["disabled"]),
                *(["submission service"] if account.role == Account.Role.SUBMIT else []),
                *([f"quota {account.quota}"] if account.quota else []),
            ]
            self.stdout.write("\t".join([account.email, ", ".join(notes)]).rstrip())

    def _password(self, options: dict[str, Any]) -> None:
        account = self._find(options["email"])
        enrolment.change_password(account, self._new_password(options))
        self.stdout.write(f"{account.email} has a new password")

    def _disable(self, options: dict[str, Any]) -> None:
        self._set_active(options["email"], False)

    def _enable(self, options: dict[str, Any]) -> None:
        self._set_active(options["email"], True)

    def _set_active(self, email: str, active: bool) -> None:
        account = self._find(email)
        account.is_active = active
        account.save(update_fields=["is_active"])
        self.stdout.write(f"{account.email} is {'enabled' if active else 'disabled'}")

    def _delete(self, options: dict[str, Any]) -> None:
        account = self._find(options["email"])
        if not options["yes"]:
            for line in loss_with_account(account.email).lines():
                self.stdout.write(line)
            question = f"Erase {account.email} and all its mail? Type the address to do it: "
            try:
                answer = input(question)
            except EOFError:
                raise CommandError("Nobody answers. --yes deletes without a question.") from None
            if answer.strip().lower() != account.email:
                raise CommandError("Nothing was deleted.")
        enrolment.remove(account)
        self.stdout.write(f"{account.email} deleted")

    def _import(self, options: dict[str, Any]) -> None:
        dry: bool = options["dry_run"]
        try:
            table = read_table(options["file"])
        except UnreadableTable as error:
            raise CommandError(str(error)) from None
        if table.unused:
            self.stderr.write(f"Columns that are not used: {', '.join(table.unused)}")
        report, line = ImportReport(), ProgressLine(sys.stderr, len(table.rows))
        try:
            for report in import_accounts(table.rows, dry):
                line.show(report.read)
        except StoreError as error:
            line.end()
            raise refusal(error, f"{report.added} were added; repeat to go on.") from None
        line.end()
        self._say(report, table.encoding, dry)

    def _say(self, report: ImportReport, encoding: str, dry: bool) -> None:
        for number, why in report.warned:
            self.stderr.write(f"line {number}: Warning: {why}")
        for number, why in report.refused:
            self.stderr.write(f"line {number}: {why}")
        counts = [
            f"{report.added} {'would be added' if dry else 'added'}",
            *([f"{report.hashed} of them hashed elsewhere"] if report.hashed else []),
            *([f"{report.present} were there already"] if report.present else []),
            f"{len(report.refused)} refused",
            *([f"read as {encoding}"] if encoding != "UTF-8" else []),
        ]
        self.stdout.write(", ".join(counts))
        if report.refused:
            rest = "the others are fine" if dry else "the others are done"
            raise CommandError(f"Mend the lines above and import again; {rest}.")

    def _find(self, email: str) -> Account:
        try:
            return Account.objects.get(email=canonical(email))
        except Account.DoesNotExist:
            raise CommandError(
                f"There is no account {canonical(email)}. `account list` shows them."
            ) from None

    def _new_password(self, options: dict[str, Any]) -> str:
        if options["password_stdin"]:
            return self._check_password(sys.stdin.readline().rstrip("\r\n"))
        if not sys.stdin.isatty():
            raise CommandError("No terminal to ask on: give the password with --password-stdin.")
        password = self._check_password(getpass.getpass("New password: "))
        if password != getpass.getpass("Once more: "):
            raise CommandError("The two were not the same. Nothing was changed.")
        return password

    def _check_password(self, password: str) -> str:
        """The password; whoever has the shell may set a weak one, and is told."""
        enrolment.checked_password(password)
        if why := enrolment.weakness(password):
            self.stderr.write(f"Warning: {why}")
        return password
