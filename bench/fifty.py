"""One message to fifty readers of this server at once, by LMTP: time and disk."""

from __future__ import annotations

import time

from .figures import Figure, spread
from .host import PASSWORD
from .load import SECONDS, supply
from .server import Server

READERS = 50
NAME = f"delivery by LMTP to {READERS} recipients at once, messages of 2 to 60 KB"


def run(server: Server) -> list[Figure]:
    readers = [server.address(f"reader{number}") for number in range(READERS)]
    accounts = server.data / "fifty.csv"
    accounts.write_text("".join(f"{reader},{PASSWORD}\n" for reader in readers))
    server.manage("account", "import", str(accounts))
    sender, lmtp = server.address("sender"), server.lmtp()
    messages = supply(sender)
    # The first one fills caches; it is not counted.
    lmtp.deliver(sender, readers, messages.pop())
    stored, octets, times = server.stored(), 0, []
    begin = time.perf_counter()
    while messages and (start := time.perf_counter()) < begin + SECONDS:
        message = messages.pop()
        lmtp.deliver(sender, readers, message)
        times.append((time.perf_counter() - start) * 1000)
        octets += len(message)
    seconds = time.perf_counter() - begin
    lmtp.close()
    growth = (server.stored() - stored) / len(times)
    return [
        Figure(NAME, "messages", len(times) / seconds, "/s"),
        Figure(NAME, "copies", len(times) * READERS / seconds, "/s"),
        *spread(NAME, "message", times),
        Figure(NAME, "size of a message", octets / len(times), "octets"),
        Figure(NAME, "growth of the store, a message with all its copies", growth, "octets"),
    ]
