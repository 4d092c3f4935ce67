"""Filters that are everybody's (RFC 5466 §1).

Shows: FILTERS.
"""

from __future__ import annotations

from contextlib import ExitStack, closing

from tests.mailserver import MailServer

from .client import Client


def test_a_filter_of_the_operators_is_everybodys(mail_server: MailServer) -> None:
    """A private one of the same name hides it."""
    operator, somebody = mail_server.add_account(), mail_server.add_account()
    mail_server.call("set_account", operator, {"is_staff": True})
    with ExitStack() as stack:
        one = stack.enter_context(closing(Client(mail_server, operator)))
        two = stack.enter_context(closing(Client(mail_server, somebody)))
        name = f"f{somebody.partition('@')[0]}"
        for subject in ("a", "b"):
            letter = f"Subject: {subject}\r\n\r\n".encode()
            two.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(letter), letter))
        two.select()
        shared = f'SETMETADATA "" (/shared/filters/values/{name} "SUBJECT a")'
        assert two.finish(two.send(shared)).startswith(b"NO [NOPERM] ")
        assert two.finish(two.send(f"SEARCH FILTER {name}")).startswith(b"NO [UNDEFINED-FILTER ")
        one.ok(shared)
        two.ok(f"SEARCH FILTER {name}")
        assert two.other == [b"* SEARCH 1\r\n"]
        two.ok(f'SETMETADATA "" (/private/filters/values/{name} "SUBJECT b")')
        two.ok(f"SEARCH FILTER {name}")
        assert two.other == [b"* SEARCH 2\r\n"]
        refused = one.finish(one.send('SETMETADATA "" (/shared/admin "me")'))
        assert refused.startswith(b"NO [NOPERM] ")
        one.ok(f'SETMETADATA "" (/shared/filters/values/{name} NIL)')
