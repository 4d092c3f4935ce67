"""Mailboxes that belong to nobody, and rights that are taken away in another process.

Shows: ACL.
"""

from __future__ import annotations

from contextlib import ExitStack, closing

from tests.mailserver import MailServer

from .client import Client

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"


def append(client: Client, mailbox: str) -> bytes:
    head = f'APPEND "{mailbox}" {{{len(MESSAGE)}+}}\r\n'.encode()
    return client.finish(client.send(head + MESSAGE))


def listed(client: Client, pattern: str) -> list[bytes]:
    client.ok(f'LIST "" "{pattern}"')
    return [line.rpartition(b' "/" ')[2].rstrip() for line in client.other]


def test_a_mailbox_of_nobody_is_seen_by_whom_it_is_shown_to(mail_server: MailServer) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    mail_server.call("share", "Plans", alice, "lrswipkxtea")
    with ExitStack() as stack:
        first = stack.enter_context(closing(Client(mail_server, alice)))
        second = stack.enter_context(closing(Client(mail_server, bob)))
        assert listed(first, "Shared/*") == [b"Shared/Plans"]
        assert listed(second, "Shared/*") == []
        assert append(second, "Shared/Plans").startswith(b"NO [NONEXISTENT]")
        assert append(first, "Shared/Plans").startswith(b"OK [APPENDUID ")
        first.ok("GETACL Shared/Plans")
        assert first.other == [b"* ACL Shared/Plans %b lrswipkxtecda\r\n" % alice.encode()]
        first.ok("CREATE Shared/Plans/Harbour")
        first.ok(f"SETACL Shared/Plans/Harbour {bob} lrs")
        assert listed(second, "*Harbour") == [b"Shared/Plans/Harbour"]
        assert first.finish(first.send("CREATE Shared/Mine")).startswith(b"NO [NOPERM]")
        first.ok("DELETE Shared/Plans")
        assert listed(first, "Shared/*") == [b"Shared/Plans/Harbour"]
        first.ok("DELETE Shared/Plans/Harbour")
    assert mail_server.call("check") == []


def test_nobody_logs_in_as_the_owner_of_shared_mailboxes(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    mail_server.call("share", "Closed", alice, "l")
    with closing(Client(mail_server, alice)) as client:
        reply = client.finish(client.send('SETACL INBOX "#shared" lr'))
        assert reply.startswith(b"NO [CANNOT]")
        assert listed(client, "Other Users/#shared/*") == []
        client.ok("UNAUTHENTICATE")
        for login in ("#shared", '"#shared@lemonade.test"'):
            reply = client.finish(client.send(f'LOGIN {login} ""'))
            assert reply.startswith(b"NO [AUTHENTICATIONFAILED]")


def test_an_account_that_goes_takes_its_rights_along(mail_server: MailServer) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    with closing(Client(mail_server, alice)) as client:
        client.ok(f"SETACL INBOX {bob} lr")
        mail_server.call("remove_account", bob)
        client.ok("GETACL INBOX")
        assert client.other == [b"* ACL INBOX %b lrswipkxtecdan\r\n" % alice.encode()]
    mail_server.call("remove_account", alice)
    assert mail_server.call("check") == []


def test_a_right_taken_away_ends_sessions_in_every_process(pair: MailServer) -> None:
    server = pair
    alice, bob = server.add_account("alice"), server.add_account("bob")
    box = f'"Other Users/{alice.partition("@")[0]}/INBOX"'
    with ExitStack() as stack:
        owner = stack.enter_context(closing(Client(server, alice)))
        owner.ok(f"SETACL INBOX {bob} lrs")
        # The kernel spreads connections: with ten, both processes have some.
        clients = [stack.enter_context(closing(Client(server, bob))) for _ in range(10)]
        for client in clients:
            client.select(box)
        for client in clients[:5]:
            client.start_idle()
        owner.ok(f"SETACL INBOX {bob} l")
        for client in clients[:5]:
            client.wait_for(b"* BYE [NOPERM] you may not read the selected mailbox any more\r\n")
        for client in clients[5:]:
            client.send("UID SEARCH ALL")
            client.wait_for(b"* BYE [NOPERM] you may not read the selected mailbox any more\r\n")
