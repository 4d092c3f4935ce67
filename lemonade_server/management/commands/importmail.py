"""``manage.py importmail EMAIL PATH [--mailbox NAME]``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from lemonade_server.directory.accounts import find
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.management.store_errors import refusal
from lemonade_server.store.errors import StoreError
from lemonade_server.store.tx import snapshot
from lemonade_server.transfer import sources
from lemonade_server.transfer.importer import Progress, import_messages
from lemonade_server.transfer.progress import ProgressLine


class Command(StoreCommand):
    help = (
        "Import an mbox file, a Maildir (with its subfolders), a folder of .eml files or one "
        "file. Line ends become CRLF; all else is kept. Safe to repeat: what is there is passed "
        "over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="whose mail it becomes")
        parser.add_argument("path", metavar="PATH", type=Path)
        parser.add_argument("--mailbox", metavar="NAME", default="INBOX", help="default INBOX")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        with snapshot() as tx:
            owner = find(tx, options["email"])
        if owner is None:
            raise CommandError(f"There is no active account {options['email']}.")
        if not path.exists():
            raise CommandError(f"{path} does not exist.")
        progress = Progress()
        try:
            line = ProgressLine(sys.stderr, sources.count(path))
            found = sources.messages(path)
            for progress in import_messages(owner.id, options["mailbox"], found):
                line.show(progress.stored + progress.present)
            line.end()
        except sources.UnreadableMail as error:
            text = str(error).rstrip(".")
            raise CommandError(f"{text}. {_progress_sentence(progress)}".rstrip()) from None
        except StoreError as error:
            raise refusal(error, _progress_sentence(progress)) from None
        self.stdout.write(f"{progress.stored} stored, {progress.present} were there already")


def _progress_sentence(progress: Progress) -> str:
    if not progress.stored:
        return ""
    return f"{progress.stored} messages were stored before; repeat to go on."
