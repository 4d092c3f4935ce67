"""Both mail processes are killed in the middle of a delivery to fifty filters."""

from __future__ import annotations

import random
import time
from contextlib import closing

import pytest

from bench.imap import ProtocolTrouble
from bench.smtp import SmtpClient
from tests.patience import let_pass

from .family import System, until
from .ledger import Ledger, message

pytestmark = pytest.mark.slow

PEOPLE = 50
ROUNDS = 8
SENDER = "stranger@example.org"

FILTER = """\
require ["fileinto", "imap4flags", "variables"];\r
if header :matches "subject" "tok-*" { set "what" "${1}"; addflag "$Label1"; }\r
if string :matches "${what}" "*-*" { fileinto "Archive"; }\r
"""

WHERE = (
    "SELECT a.email, b.name, m.keywords, COUNT(*) FROM message m"
    " JOIN mailbox b ON b.id = m.mailbox_id JOIN account a ON a.id = b.account_id"
    " JOIN content c ON c.id = m.content_id WHERE c.message_id = %s"
    " GROUP BY a.email, b.name, m.keywords"
)


def test_a_delivery_to_many_filters_is_whole_or_not_there(system: System) -> None:
    people = [system.add_account("filtered") for _ in range(PEOPLE)]
    for email in people:
        system.call("use_filter", email, FILTER)
    ledger = Ledger()
    started = time.monotonic()
    assert deliver(system, ledger, people, None)
    usual = time.monotonic() - started
    answered = [
        deliver(system, ledger, people, random.uniform(0, 1.5 * usual)) for _ in range(ROUNDS)
    ]
    until(lambda: deliver(system, ledger, people, None), 60, "a delivery in peace")

    whole = sorted([email, "Archive", "$Label1", 1] for email in people)
    for token in ledger.tried:
        found = sorted(system.call("sql", WHERE, [f"{token}@example.net"]))
        assert found == whole or (not found and token not in ledger.promised), (token, answered)
    assert "sound" in system.manage("checkstore", "--deep")


def deliver(system: System, ledger: Ledger, people: list[str], kill_after: float | None) -> bool:
    """Hand one message over by LMTP; whether each recipient was answered for."""
    token = ledger.begin("many")
    try:
        with closing(SmtpClient("127.0.0.1", system.ports["lmtp"])) as lmtp:
            lmtp.command(f"MAIL FROM:<{SENDER}>".encode())
            for email in people:
                lmtp.command(f"RCPT TO:<{email}>".encode())
            lmtp.command(b"DATA")
            lmtp.send(message(token, SENDER, 4_000) + b".\r\n")
            if kill_after is not None:
                let_pass(kill_after)
                system.shoot("mail-1")
                system.shoot("mail-2")
            for _ in people:
                lmtp.reply()
    except OSError:
        return False
    except ProtocolTrouble as trouble:
        assert "closed" in str(trouble), trouble
        return False
    ledger.promise(token)
    return True
