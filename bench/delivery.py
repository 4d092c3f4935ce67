"""Delivery into a local INBOX by LMTP, durable before the reply."""

from __future__ import annotations

from .figures import Figure
from .host import Host
from .load import MESSAGES, hand_in
from .smtp import SmtpClient

NAME = f"delivery by LMTP, {MESSAGES:,} messages of 2 to 60 KB"


def run(server: Host) -> list[Figure]:
    """All for one reader, as the peers were measured."""
    sender, taker = server.address("sender"), server.address("taker")

    def send(smtp: SmtpClient, messages: list[bytes]) -> None:
        for message in messages:
            smtp.submit(sender, [taker], message)

    figures: list[Figure] = []
    for connections in (1, 8):
        label = f"{connections} connection{'s' * (connections > 1)}"
        clients = [server.lmtp() for _ in range(connections)]
        figures += hand_in(server, NAME, label, clients, send)
    return figures
