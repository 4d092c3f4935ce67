"""A client that does not wait for the greeting is served all the same."""

from __future__ import annotations

import socket

import pytest

from tests.mailserver import MailServer


@pytest.mark.parametrize(
    ("port", "burst", "last"),
    [
        ("imap", b"a NOOP\r\nb LOGOUT\r\n", b"b OK"),
        ("submission", b"EHLO early.example\r\nQUIT\r\n", b"221 2.0.0"),
    ],
)
def test_a_burst_in_the_first_packet(
    mail_server: MailServer, port: str, burst: bytes, last: bytes
) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", mail_server.ports[port]), 10) as client:
            client.sendall(burst)
            answer = b""
            while data := client.recv(65536):
                answer += data
        assert last in answer
