"""``manage.py restore [DIR]``: a back-up is put back, and no old UID stands for new mail."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from lemonade_server.files.durable import sync_file, sync_folder
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.project import health
from lemonade_server.store import restoring, vendor
from lemonade_server.store.db import transaction

FOLDERS = ("blobs", "tls")


class Command(StoreCommand):
    help = (
        "Put a back-up back as the data folder, and give every mailbox a new UIDVALIDITY: since it"
        " was made, clients were told of UIDs that it does not know. Without DIR the data is in"
        " place already, as where PostgreSQL's own tools have restored it. The servers must not"
        " run. Mail that waits in the queue is held: it may have been sent since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "dir", nargs="?", type=Path, metavar="DIR", help="the folder with the back-up"
        )
        parser.add_argument(
            "--send-queue",
            action="store_true",
            help="don't hold what waits in the queue: nothing was sent since the back-up",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        """The copy comes before the tables are made: there must be none yet."""
        if any(up for name, up in health.processes().items() if name != "web"):
            raise CommandError("The servers run: stop them first.")
        if options["dir"] is not None:
            self._put_back(options["dir"])
        return super().execute(*args, **options)

    def _put_back(self, back_up: Path) -> None:
        """Raises CommandError."""
        database = Path(str(connection.settings_dict["NAME"]))
        if not vendor.is_sqlite(connection):
            raise CommandError(
                "LEMONADE_DATABASE_URL names PostgreSQL: restore that by its own tools, then run"
                " this command without DIR."
            )
        source = back_up / "lemonade.sqlite3"
        if not source.is_file():
            raise CommandError(f"{back_up} holds no lemonade.sqlite3: it is no back-up.")
        if not vendor.is_whole(source):
            raise CommandError(
                f"{source} is broken or cut off, or no database of this server: nothing was done."
            )
        if database.exists():
            raise CommandError(f"{database} is there already: move it and blobs away first.")
        try:
            self._copy(back_up, source, database)
        except OSError as error:
            raise CommandError(f"The back-up can't be copied: {error}") from error

    def _copy(self, back_up: Path, source: Path, database: Path) -> None:
        data: Path = settings.LEMONADE.data
        for name in FOLDERS:
            if (back_up / name).is_dir():
                shutil.copytree(back_up / name, data / name, dirs_exist_ok=True)
                for path in (data / name).rglob("*"):
                    path.chmod(0o700 if path.is_dir() else 0o600)
                    (sync_folder if path.is_dir() else sync_file)(path)
        if (back_up / "secret-key").is_file():
            _copy_file(back_up / "secret-key", data / "secret-key")
        # Last: a copy that broke off is no store, and is begun anew.
        _copy_file(source, database)

    def handle(self, *args: Any, **options: Any) -> None:
        held = mailboxes = 0
        with transaction() as tx:
            for account in restoring.accounts(tx):
                mailboxes += restoring.renew_uidvalidity(tx, account)
            restoring.skip_ids(tx)
            sessions = restoring.forget_sessions(tx)
            if not options["send_queue"]:
                held = restoring.hold_queue(tx)
        self.stdout.write(
            f"{mailboxes} mailboxes have a new UIDVALIDITY: clients will fetch their lists anew."
        )
        if sessions:
            self.stdout.write(f"{sessions} sessions that could be resumed were ended.")
        if held:
            self.stdout.write(
                f"Mail for {held} recipients waits in the queue and may have been sent since the"
                f" back-up: it is held. Look at it with `queue list`, let it go with"
                f" `queue release`."
            )


def _copy_file(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    sync_file(draft)
    draft.replace(target)
    sync_folder(target.parent)
