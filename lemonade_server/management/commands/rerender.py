"""``manage.py rerender``: renders messages anew that an older program has rendered."""

from __future__ import annotations

from typing import Any

from lemonade_server.management.store_command import StoreCommand
from lemonade_server.store import contents
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import ContentId

AT_ONCE = 100


class Command(StoreCommand):
    """Works in short transactions beside the servers; safe to stop and to repeat."""

    help = (
        "Render anew the envelopes, structures and search texts of messages that an older version"
        " has rendered. May run beside the servers, may be stopped and repeated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        last = ContentId(0)
        count = 0
        while True:
            with transaction() as tx:
                found = contents.find_outdated(tx, last, AT_ONCE)
                for content in found:
                    contents.rerender(tx, content)
            if not found:
                break
            last = found[-1]
            count += len(found)
        self.stdout.write(f"{count} messages were rendered anew.")
