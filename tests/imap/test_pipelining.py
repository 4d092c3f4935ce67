"""Many commands in one packet: their replies are not collected without end."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from lemonade_server.models import Account, Subscription
from lemonade_server.net.connection import Connection

from .inside import Wire, imap_server

COMMANDS = 200


@pytest.mark.django_db(transaction=True)
def test_replies_leave_between_two_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    alice = Account.objects.create_user("alice@lemonade.test", "lemonade")
    Subscription.objects.bulk_create(
        Subscription(account=alice, name=f"{n:03}" * 100) for n in range(100)
    )
    most = 0
    write = Connection.write

    def watched(self: Connection, *parts: bytes) -> None:
        nonlocal most
        write(self, *parts)
        most = max(most, self.unsent)

    monkeypatch.setattr(Connection, "write", watched)
    with imap_server() as port, closing(Wire(port)) as wire:
        wire.send(b"a LOGIN alice lemonade")
        wire.until(b"a")
        commands = b"\r\n".join([b'b LSUB "" *'] * COMMANDS + [b"c NOOP"])
        sender = threading.Thread(target=wire.send, args=(commands,))
        sender.start()
        lines = wire.until(b"c")
        sender.join()
    assert len(lines) == COMMANDS * 107 + 1
    assert most < 300_000
