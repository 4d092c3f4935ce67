"""Several processes on one store, and one that is killed while it writes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from lemonade_server.store import messages
from lemonade_server.store.check import check
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import MailboxId

from .conftest import put, row

WRITER = """
import asyncio, sys
import django
django.setup()
from lemonade_server.store import ingest, messages
from lemonade_server.store.db import Database

BIG = b"x" * 100_000

async def one(db, mailbox, name, number):
    body = BIG if number % 10 == 0 else b"body"
    octets = b"Subject: %s %d\\r\\n\\r\\n%s" % (name.encode(), number, body)
    prepared = await db.run(lambda: ingest.prepare(octets))

    def job(tx):
        content = ingest.commit(tx, prepared)
        return messages.append(tx, mailbox, content, 0, [], number, 0)

    uid = await db.write(job)
    print(uid, number, flush=True)

async def main(mailbox, name, count):
    db = Database()
    db.start()
    for start in range(0, count, 5):
        await asyncio.gather(*[one(db, mailbox, name, start + n) for n in range(5)])
    await db.close()

asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
"""


def environment() -> dict[str, str]:
    found = dict(os.environ)
    found["DJANGO_SETTINGS_MODULE"] = "lemonade_server.project.settings"
    found["LEMONADE_DATA"] = str(settings.LEMONADE.data)
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        found["LEMONADE_DATABASE_URL"] = f"sqlite://{database['NAME']}"
    else:
        found["LEMONADE_DATABASE_URL"] = (
            f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
            f":{database['PORT']}/{database['NAME']}"
        )
    return found


@contextmanager
def writer(mailbox: MailboxId, name: str, count: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(mailbox), name, str(count)],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def acknowledged(process: subprocess.Popen[str]) -> dict[int, int]:
    output, _ = process.communicate(timeout=60)
    lines = [line.split() for line in output.splitlines() if line.endswith(("\n", ""))]
    return {int(words[0]): int(words[1]) for words in lines if len(words) == 2}


def test_two_processes_and_this_one_share_a_mailbox(inbox: MailboxId) -> None:
    with writer(inbox, "a", 100) as first, writer(inbox, "b", 100) as second:
        own = [put(inbox) for _ in range(30)]
        found = [acknowledged(first), acknowledged(second)]
    assert [len(each) for each in found] == [100, 100]
    uids = [*own, *found[0], *found[1]]
    assert sorted(uids) == list(range(1, 231))
    assert row(inbox).messages == 230


@pytest.mark.parametrize("lines", [3, 40])
def test_what_was_acknowledged_survives_a_kill(inbox: MailboxId, lines: int) -> None:
    with writer(inbox, "victim", 100_000) as process:
        assert process.stdout is not None
        received = [process.stdout.readline().split() for _ in range(lines)]
        process.kill()
        rest = acknowledged(process)
    wanted = {int(uid): int(number) for uid, number in received} | rest
    with snapshot() as tx:
        found = dict(messages.rows(tx, inbox, list(wanted), ("m.internaldate",)))
    assert found == wanted
    assert check(deep=True) == []
