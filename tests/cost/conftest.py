"""Whoever asks a counted server; which one it is says the file of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.imap import Imap

from .counting import SUMMARY, CountedServer, append, login


@pytest.fixture(scope="module")
def email(server: CountedServer) -> str:
    return server.add_account("counted")


@pytest.fixture(scope="module")
def imap(server: CountedServer, email: str) -> Iterator[Imap]:
    """A client with a mailbox of 60 messages selected, who has seen all there is."""
    client = login(server, email)
    client.command(b"CREATE copies")
    for number in range(60):
        append(client, number)
    client.command(b"SELECT INBOX")
    client.command(b"FETCH 1:* " + SUMMARY)
    yield client
    client.close()
