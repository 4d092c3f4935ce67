"""Delivery into a local INBOX, durable before the reply: by LMTP, and by submission."""

from __future__ import annotations

from collections.abc import Callable

from .figures import Figure
from .load import MESSAGES, hand_in
from .server import Server
from .smtp import Smtp

SIZES = f"{MESSAGES:,} messages of 2 to 60 KB"


def run(server: Server) -> list[Figure]:
    """All for one reader; by LMTP as the peers were measured."""
    sender, taker = server.address("sender"), server.address("taker")

    def send(smtp: Smtp, messages: list[bytes]) -> None:
        for message in messages:
            smtp.submit(sender, [taker], message)

    ways: tuple[tuple[str, Callable[[], Smtp]], ...] = (
        (f"delivery by LMTP, {SIZES}", server.lmtp),
        (f"submission and delivery, {SIZES}", lambda: server.smtp("sender")),
    )
    figures: list[Figure] = []
    for name, connect in ways:
        for connections in (1, 8):
            label = f"{connections} connection{'s' * (connections > 1)}"
            clients = [connect() for _ in range(connections)]
            figures += hand_in(server, name, label, clients, send)
    return figures
