"""What the project's settings name, answered by the server under test in its own process."""

from __future__ import annotations

import threading
from typing import Any

from tests.mailserver import MailServer

server: MailServer | None = None
_turn = threading.Lock()  # the process beside the server answers one question at a time


def token(email: str) -> str:
    """A login token, made where the server's secret is."""
    assert server is not None
    with _turn:
        return str(server.call("token", email))


def deliveries(*words: str) -> list[dict[str, Any]]:
    """The recipients of a submission and what became of them."""
    return list(_told("deliveries", *words))


def history(*words: str) -> list[dict[str, Any]]:
    """All that happened to a submission."""
    return list(_told("history", *words))


def cancel(*words: str) -> int:
    """Stop what waits."""
    return int(_told("cancel", *words))


def addresses(email: str) -> list[str]:
    """Those that somebody may write from."""
    return list(_told("own_addresses", email))


def colleagues(email: str, letters: str, most: int) -> list[tuple[str, str]]:
    """Addresses and names of others here."""
    return [(one, name) for one, name in _told("find_colleagues", email, letters, most)]


def _told(what: str, *words: str | int) -> Any:
    assert server is not None
    with _turn:
        return server.call("tell_of", what, *words)
