"""Limits that are lowered below what is held: reading, moving and deleting go on (RFC 9208 §3).

Shows: QUOTA=RES-MESSAGE, QUOTA=RES-STORAGE.
"""

from __future__ import annotations

from contextlib import closing

from tests.mailserver import MailServer

from .client import Client

LETTER = b"Subject: x\r\n\r\n" + b"0" * 2_000


def test_a_full_account_may_tidy_up_but_not_grow(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    with closing(Client(mail_server, email)) as client:
        for _ in range(2):
            client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(LETTER), LETTER))
        mail_server.call("set_account", email, {"quota": 1_000})
        client.select()
        assert b"OVERQUOTA" in client.finish(client.send("COPY 1 Archive"))
        client.ok("MOVE 1 Trash")
        client.ok("GETQUOTAROOT INBOX")
        assert b" (STORAGE 4 1)" in b" ".join(client.other)
        client.ok("STORE 1 +FLAGS (\\Deleted)")
        client.ok("EXPUNGE")
