"""The end of a login ends its connections at once: in other processes, and when a hint is lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator

import pytest
from django.db import connection

from lemonade_server.auth.live_logins import LiveLogins
from lemonade_server.directory.accounts import Identity, find
from lemonade_server.models import Account
from lemonade_server.store.db import Database, snapshot
from lemonade_server.store.hints import Hints
from lemonade_server.store.ids import AccountId
from tests.e2e.wire import Wire
from tests.mailserver import PASSWORD, MailServer, encode
from tests.store.test_processes import environment

NEVER = 3600.0
DISABLE = """
import sys
import django
django.setup()
from lemonade_server.models import Account
account = Account.objects.get(email=sys.argv[1])
if sys.argv[2] == "delete":
    account.delete()
if sys.argv[2] == "password":
    account.set_password("another")
if sys.argv[2] == "disable":
    account.is_active = False
if sys.argv[2] != "delete":
    account.save()
"""
"""What another process does."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("live"))
    server.start()
    yield server
    server.stop()


CHANGES: dict[str, Callable[[MailServer, str], object]] = {
    "disabled": lambda server, email: server.call("set_active", email, False),
    "password": lambda server, email: server.call("set_password", email, "another"),
    "deleted": lambda server, email: server.call("remove_account", email),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_idle_connection_ends(server: MailServer, change: str) -> None:
    alice, bob = server.add_account("alice"), server.add_account("bob")
    idle, notify, waiting, other = (Wire(server) for _ in range(4))
    for wire, whose in ((idle, alice), (notify, alice), (waiting, alice), (other, bob)):
        wire.login(whose)
        assert wire.ask(b"SELECT INBOX").startswith(b"OK")
    wanted = b"NOTIFY SET (SELECTED (MessageNew (BODY.PEEK[]) MessageExpunge))"
    assert notify.ask(wanted).startswith(b"OK")
    for wire in (idle, other):
        wire.send(b"i IDLE\r\n")
        assert wire.line() == b"+ idling\r\n"
    sieve, submission = Wire(server, "sieve"), Wire(server, "submission")
    while not sieve.line().startswith(b"OK"):
        pass
    plain = encode(f"\0{alice}\0{PASSWORD}")
    sieve.send(f'AUTHENTICATE "PLAIN" "{plain}"\r\n'.encode())
    assert sieve.line().startswith(b"OK")
    submission.say(b"EHLO x")
    assert submission.say(f"AUTH PLAIN {plain}".encode()).startswith(b"235")
    CHANGES[change](server, alice)
    for wire in (idle, notify, waiting):
        assert wire.line() == b"* BYE [AUTHENTICATIONFAILED] log in again\r\n"
        assert wire.line() == b""
    assert sieve.line().startswith(b'BYE "The password was changed')
    assert submission.line().startswith(b"421 4.7.0 Your account has changed")
    for wire in (sieve, submission):
        assert wire.line() == b""
    other.send(b"DONE\r\n")
    assert other.line().startswith(b"i OK"), "nobody else's connection ends"
    for wire in (idle, notify, waiting, other, sieve, submission):
        wire.close()


def test_nothing_is_pushed_though_the_hint_was_lost(server: MailServer) -> None:
    """As a change made by hand in the database, of which nobody tells."""
    alice = server.add_account("alice")
    idle, notify = Wire(server).login(alice), Wire(server).login(alice)
    for wire in (idle, notify):
        assert wire.ask(b"SELECT INBOX").startswith(b"OK")
    notify.ask(b"NOTIFY SET (SELECTED (MessageNew (BODY.PEEK[]) MessageExpunge))")
    idle.send(b"i IDLE\r\n")
    assert idle.line() == b"+ idling\r\n"
    with Wire(server).login(alice) as writer:
        server.call("set_account", alice, {"is_active": False})
        writer.send(b"a APPEND INBOX {3+}\r\nx\r\n\r\n")
        for wire in (idle, notify):
            assert wire.line() == b"* BYE [AUTHENTICATIONFAILED] log in again\r\n"
            wire.close()


def identity_of(email: str) -> Identity:
    with snapshot() as tx:
        found = find(tx, email)
    assert found is not None
    return found


def live(run: Callable[[LiveLogins, Hints], Awaitable[None]], every: float = NEVER) -> None:
    async def main() -> None:
        database, hints = Database(), Hints()
        database.start()
        hints.start(database.read, NEVER)
        logins = LiveLogins(database)
        logins.start(hints, every)
        try:
            await run(logins, hints)
        finally:
            logins.close()
            hints.close()
            await database.close()

    asyncio.run(main())


@pytest.fixture
def alice(transactional_db: None) -> Identity:
    Account.objects.create_user("alice@lemonade.test", "x")
    return identity_of("alice@lemonade.test")


@pytest.mark.parametrize("change", ["disable", "password", "delete"])
def test_a_hint_of_another_process_is_enough(alice: Identity, change: str) -> None:
    """No poll runs here."""

    async def run(logins: LiveLogins, hints: Hints) -> None:
        ended = asyncio.Event()
        logins.watch(alice, ended.set)
        await asyncio.to_thread(run_beside, DISABLE, alice.email, change)
        await asyncio.wait_for(ended.wait(), 60)

    live(run)


def run_beside(script: str, *words: str) -> None:
    subprocess.run([sys.executable, "-c", script, *words], check=True, env=environment())


def test_a_hint_that_was_lost_is_made_good(alice: Identity) -> None:
    async def run(logins: LiveLogins, hints: Hints) -> None:
        ended = asyncio.Event()
        logins.watch(alice, ended.set)
        await asyncio.to_thread(_change_quietly, is_active=False)
        await asyncio.wait_for(ended.wait(), 60)

    live(run, every=0.05)


def test_a_login_that_overlaps_with_the_change_ends_too(alice: Identity) -> None:
    """Its password was right a moment before, and the hint came before it was noted."""

    async def run(logins: LiveLogins, hints: Hints) -> None:
        await asyncio.to_thread(_change_quietly, is_active=False)
        logins.notice([alice.id])
        ended = asyncio.Event()
        logins.watch(alice, ended.set)
        await asyncio.wait_for(ended.wait(), 60)

    live(run)


def test_what_ends_nothing_is_passed_over(alice: Identity) -> None:
    async def run(logins: LiveLogins, hints: Hints) -> None:
        ended: list[str] = []
        logins.watch(alice, lambda: ended.append("again"))
        unwatch = logins.watch(alice, lambda: ended.append("gone"))
        unwatch()
        logins.notice([alice.id, AccountId(99_999)])
        await asyncio.gather(*logins._checks)
        assert not ended
        await asyncio.to_thread(_change_quietly, login_epoch=alice.login_epoch + 1)
        for _ in range(2):
            logins.notice([alice.id])
            await asyncio.gather(*logins._checks)
        assert ended == ["again"] and not logins._logins

    live(run)


def _change_quietly(**fields: object) -> None:
    Account.objects.filter(email="alice@lemonade.test").update(**fields)
    connection.close()
