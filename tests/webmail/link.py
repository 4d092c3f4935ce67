"""What the project's settings name, answered by the server under test in its own process."""

from __future__ import annotations

import threading

from tests.mailserver import MailServer

server: MailServer | None = None
_turn = threading.Lock()  # the process beside the server answers one question at a time


def token(email: str) -> str:
    """A login token, made where the server's secret is."""
    assert server is not None
    with _turn:
        return str(server.call("token", email))


def deliveries(envid: str, owner: str) -> list[dict[str, str]]:
    """The recipients of a submission and what became of them."""
    assert server is not None
    with _turn:
        rows = server.call(
            "sql",
            "SELECT r.address, r.state, r.diagnostic FROM recipient r "
            "JOIN submission s ON s.id = r.submission_id "
            "JOIN account a ON a.id = s.account_id WHERE s.envid = %s AND a.email = %s "
            "ORDER BY r.id",
            [envid, owner],
        )
    return [{"address": a, "state": s, "diagnostic": d} for a, s, d in rows]
