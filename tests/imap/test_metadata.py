"""How many annotations, and how long (RFC 5464 §4.3): refused ones change nothing.

Shows: METADATA.
"""

from __future__ import annotations

from contextlib import closing

from lemonade_server.store.annotations import LONGEST_VALUE, MOST
from tests.mailserver import MailServer

from .client import Client


def test_a_value_that_is_too_long_is_refused_with_the_limit(mail_server: MailServer) -> None:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        for size, word in ((LONGEST_VALUE, b"OK"), (LONGEST_VALUE + 1, b"NO [METADATA MAXSIZE")):
            value = b"x" * size
            command = b"SETMETADATA INBOX (/private/comment {%d+}\r\n%b)" % (size, value)
            assert client.finish(client.send(command)).startswith(word)
        assert b"LONGENTRIES 65536" in client.ok("GETMETADATA INBOX (MAXSIZE 1) /private/comment")


def test_annotations_beyond_the_number_are_refused_together(mail_server: MailServer) -> None:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        pairs = " ".join(f'/private/vendor/x/{at} "{at}"' for at in range(MOST - 1))
        client.ok(f"SETMETADATA INBOX ({pairs})")
        reply = client.finish(client.send('SETMETADATA INBOX (/private/a "1" /private/b "2")'))
        assert reply.startswith(b"NO [METADATA TOOMANY]")
        client.ok("GETMETADATA INBOX /private/a")
        assert client.other == [b"* METADATA INBOX (/private/a NIL)\r\n"]
        client.ok('SETMETADATA INBOX (/private/a "1" /private/vendor/x/0 "again")')


def test_annotations_go_with_their_account(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    with closing(Client(mail_server, email)) as client:
        client.ok('SETMETADATA "" (/private/vendor/x/going "z")')
        client.ok('SETMETADATA INBOX (/private/vendor/x/going "z")')
    statement = "SELECT COUNT(*) FROM annotation WHERE name = %s"
    assert mail_server.call("sql", statement, ["/private/vendor/x/going"]) == [[2]]
    mail_server.call("remove_account", email)
    assert mail_server.call("sql", statement, ["/private/vendor/x/going"]) == [[0]]
