"""Two server processes on the same ports and data, as LEMONADE_MAIL_WORKERS=2 has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.mailserver import MailServer


@contextmanager
def second_process(server: MailServer) -> Iterator[MailServer]:
    """Another process beside a server that runs."""
    second = MailServer(server.data)
    second.environment, second.ports = server.environment, server.ports
    second.start_server()
    try:
        yield second
    finally:
        assert second.stop_server() == 0
