"""Two hosts that share PostgreSQL, Redis and an object store: settings alone make them one system.

Runs where the three are named: ``LEMONADE_TEST_POSTGRES=postgresql://…/postgres``,
``LEMONADE_TEST_REDIS=redis://…``, ``LEMONADE_TEST_BLOBS=s3://bucket`` (with the store's own
``AWS_…`` variables). Databases are made and dropped; what is put under the bucket stays.
"""

from __future__ import annotations

import imaplib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.databases import own_database
from tests.e2e.system import System
from tests.imap.client import Client
from tests.mailserver import PASSWORD, MailServer

POSTGRES, REDIS, BLOBS = (
    os.environ.get(f"LEMONADE_TEST_{name}", "") for name in ("POSTGRES", "REDIS", "BLOBS")
)
pytestmark = pytest.mark.skipif(
    not (POSTGRES and REDIS and BLOBS), reason="needs PostgreSQL, Redis and an object store"
)

ALICE = "alice@lemonade.test"
MESSAGE = b"Subject: over three stores\r\n\r\n" + b"0123456789abcd\r\n" * 20_000


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[System, MailServer]]:
    """Everything on the first host, the mail server alone on the second."""
    shared = {
        "DATABASE_URL": own_database(POSTGRES),
        "REDIS_URL": REDIS,
        "BLOB_URL": f"{BLOBS}/{secrets.token_hex(6)}",
    }
    first = System(tmp_path_factory.mktemp("first"), **shared, MAIL_WORKERS="2")
    first.start()
    second = MailServer(tmp_path_factory.mktemp("second"), **shared)
    shutil.copy(first.data / "secret-key", second.data)
    second.start_server()
    yield first, second
    second.stop()
    assert first.stop() == 0
    assert "Traceback" not in first.log() + second.log(), first.log() + second.log()


def imap(host: System | MailServer) -> imaplib.IMAP4:
    """A client of that host, logged in."""
    client = imaplib.IMAP4("127.0.0.1", host.ports["imap"], timeout=60)
    client.login(ALICE, PASSWORD)
    return client


def test_mail_stored_on_one_host_is_told_and_read_on_the_other(
    hosts: tuple[System, MailServer],
) -> None:
    first, second = hosts
    with closing(Client(second, ALICE)) as idle, imap(first) as here, imap(second) as there:
        idle.select()
        count = len(idle.uids)
        tag = idle.start_idle()
        began = time.monotonic()
        assert here.append("INBOX", None, None, MESSAGE)[0] == "OK"
        idle.wait_for(b"* %d EXISTS\r\n" % (count + 1))
        assert time.monotonic() - began < 4, "slower than the poll that makes lost hints good"
        idle.end_idle(tag)
        there.select("INBOX", readonly=True)
        found = there.fetch(str(count + 1), "(BODY[])")[1][0]
        assert isinstance(found, tuple) and found[1] == MESSAGE


def test_the_store_is_sound(hosts: tuple[System, MailServer]) -> None:
    """Each octet is read back from the object store."""
    answer = hosts[0].manage("checkstore", "--deep")
    assert answer.returncode == 0, answer.stdout + answer.stderr
