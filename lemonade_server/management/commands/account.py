"""``manage.py account add|list|password|disable|enable|delete|import``."""

from __future__ import annotations

import csv
import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server import enrolment
from lemonade_server.accounts import canonical
from lemonade_server.directory.removal import loss_with_account
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Account


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
        many.add_argument("file", metavar="FILE.csv", help="columns email,password[,quota]")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options.pop("action")
        try:
            getattr(self, f"_{action}")(options)
        except enrolment.Refused as error:
            raise CommandError(str(error)) from None

    def _add(self, options: dict[str, Any]) -> None:
        address = enrolment.checked_address(canonical(options["email"]))
        password = self._new_password(options)
        enrolment.enrol(address, password, quota=options["quota"], superuser=options["admin"])
        self.stdout.write(f"{address} added")

    def _list(self, options: dict[str, Any]) -> None:
        for account in Account.objects.exclude(role=Account.Role.SHARED):
            marks = [
                *(["admin"] if account.is_superuser else []),
                *([] if account.is_active else ["disabled"]),
                *(["submission service"] if account.role == Account.Role.SUBMIT else []),
                *([f"quota {account.quota}"] if account.quota else []),
            ]
            self.stdout.write("\t".join([account.email, ", ".join(marks)]).rstrip())

    def _password(self, options: dict[str, Any]) -> None:
        account = self._find(options["email"])
        account.set_password(self._new_password(options))
        account.save()
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
        added = refused = 0
        for number, row in self._csv_rows(Path(options["file"])):
            try:
                self._import_row(row)
                added += 1
            except enrolment.Refused as error:
                refused += 1
                self.stderr.write(f"line {number}: {error}")
        self.stdout.write(f"{added} added, {refused} refused")
        if refused:
            raise CommandError("Mend the lines above and import again; the others are done.")

    def _csv_rows(self, path: Path) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of each line that is neither empty nor the heading."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file)
                for row in reader:
                    if row and row[0].strip().lower() != "email":
                        yield reader.line_num, [cell.strip() for cell in row]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path} can't be read as CSV: {error}") from None

    def _import_row(self, row: list[str]) -> None:
        if not 2 <= len(row) <= 3:
            raise enrolment.Refused(f"{len(row)} columns; email,password[,quota] are needed.")
        quota = row[2] if len(row) == 3 and row[2] else "0"
        if not quota.isascii() or not quota.isdigit():
            raise enrolment.Refused(f"the quota {quota!r} is not a number of octets.")
        address = enrolment.checked_address(canonical(row[0]))
        enrolment.enrol(address, self._checked(row[1]), quota=int(quota))

    def _find(self, email: str) -> Account:
        try:
            return Account.objects.get(email=canonical(email))
        except Account.DoesNotExist:
            raise CommandError(
                f"There is no account {canonical(email)}. `account list` shows them."
            ) from None

    def _new_password(self, options: dict[str, Any]) -> str:
        if options["password_stdin"]:
            return self._checked(sys.stdin.readline().rstrip("\r\n"))
        if not sys.stdin.isatty():
            raise CommandError("No terminal to ask on: give the password with --password-stdin.")
        password = self._checked(getpass.getpass("New password: "))
        if password != getpass.getpass("Once more: "):
            raise CommandError("The two were not the same. Nothing was changed.")
        return password

    def _checked(self, password: str) -> str:
        """The password; whoever has the shell may set a weak one, and is told."""
        enrolment.checked_password(password)
        if why := enrolment.weakness(password):
            self.stderr.write(f"Warning: {why}")
        return password
