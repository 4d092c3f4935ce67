"""Transcripts that need a server with settings of their own (``# Settings: name=value``)."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from django.conf import settings

from lemonade_server.models import Account
from tests.test_transcripts import APART
from tests.transcript import Transcript

from .inside import imap_server


class Inside:
    """The server in this process, as a transcript talks to it."""

    def __init__(self, port: int) -> None:
        self._port = port

    def connect(self, kind: str) -> socket.socket:
        assert kind == "imap", "only the port that begins in the clear"
        return socket.create_connection(("127.0.0.1", self._port), timeout=60)

    def client_tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.load_verify_locations(settings.LEMONADE.data / "tls" / "localhost.pem")
        return context


@pytest.mark.parametrize("path", APART, ids=lambda path: path.stem)
def test_the_server_follows_the_transcript(path: Path, transactional_db: None) -> None:
    Account.objects.create_user("alice@lemonade.test", "lemonade")
    with imap_server(**APART[path]) as port:
        Transcript(path, Inside(port), {"host": "localhost"}).run()
