"""The open pages of somebody: their connection listens while there are any."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from ..imap.pool import connections


def page_open(email: str) -> contextlib.AbstractContextManager[None]:
    """While inside, a page of this person is open: changes are listened for."""
    return connections.page_open(email)


def open_pages(email: str) -> int:
    """How many pages of this person are open in this process."""
    return connections.seat(email).pages


def add_listener(listener: Callable[[str, str], None]) -> None:
    """Have ``listener`` called, once only however often it is added, when somebody's mail changed.

    It gets whose it is, and the folder: "" for one that the connection does not have selected.
    """
    if listener not in connections.listeners:
        connections.listeners.append(listener)


def sign_out(email: str) -> None:
    """The person has signed out of one browser: their pooled connection is not kept."""
    connections.sign_out(email)
