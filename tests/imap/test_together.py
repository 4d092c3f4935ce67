"""Several clients change one mailbox at random; all end up believing the same, and the truth."""

from __future__ import annotations

import random
from contextlib import ExitStack, closing

import pytest

from tests.mailserver import MailServer

from .client import Client

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
FLAGS = ("\\Seen", "\\Flagged", "\\Deleted", "$Label", "\\Answered")


def step(client: Client, dice: random.Random) -> None:
    """One random command."""
    few = min(len(client.uids), dice.choice((3, 1_000)))  # so that two often mean the same message
    number = dice.randint(1, few) if few else 0
    uid = client.uids[number - 1] if number else 0
    sign, flag = dice.choice("+-"), dice.choice(FLAGS)
    match dice.randrange(9):
        case 0 | 1:
            client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(MESSAGE), MESSAGE))
        case 2 | 3 if number:
            client.finish(client.send(f"STORE {number} {sign}FLAGS ({flag})"))
        case 4 if uid:
            client.store_silently(uid, sign, flag)
        case 5 if number:
            client.finish(client.send(f"FETCH {number} (UID FLAGS)"))  # or EXPUNGEISSUED
        case 6:
            client.ok("EXPUNGE")
        case 7 if uid:
            client.ok(f"UID EXPUNGE {uid}")
        case _:
            client.ok("NOOP")
    client.learn()


def agree(client: Client, fresh: Client) -> None:
    """What a client believes is what a fresh look shows."""
    client.ok("NOOP")
    client.learn()
    fresh.select()
    assert (client.uids, client.flags) == (fresh.uids, fresh.flags)


@pytest.mark.parametrize("seed", range(4))
def test_all_clients_agree_in_the_end(mail_server: MailServer, seed: int) -> None:
    dice = random.Random(seed)
    email = mail_server.add_account()
    with ExitStack() as stack:
        clients = [
            stack.enter_context(closing(Client(mail_server, email, qresync=which == 1)))
            for which in range(3)
        ]
        fresh = stack.enter_context(closing(Client(mail_server, email)))
        for client in clients:
            client.select()
        for turn in range(150):
            client = dice.choice(clients)
            step(client, dice)
            if turn % 5 == 0:  # not only in the end: what is missed may be told again by chance
                agree(client, fresh)
        for client in clients:
            agree(client, fresh)


@pytest.mark.parametrize("seed", range(3))
def test_a_client_that_comes_back_misses_nothing(mail_server: MailServer, seed: int) -> None:
    """QRESYNC: what it kept, changed by what it is told on SELECT, is the mailbox."""
    dice = random.Random(seed)
    email = mail_server.add_account()
    with closing(Client(mail_server, email)) as busy:
        busy.select()
        for _ in range(40):
            step(busy, dice)
        with closing(Client(mail_server, email, qresync=True)) as gone:
            gone.select()
            kept = dict(zip(gone.uids, gone.flags, strict=True))
            gone.ok("SELECT INBOX")
        codes = b"".join(gone.other)
        uidvalidity = codes.partition(b"[UIDVALIDITY ")[2].partition(b"]")[0].decode()
        modseq = codes.partition(b"[HIGHESTMODSEQ ")[2].partition(b"]")[0].decode()
        for _ in range(60):
            step(busy, dice)
        busy.ok("NOOP")
        busy.learn()
        with closing(Client(mail_server, email, qresync=True)) as back:
            back.ok(f"SELECT INBOX (QRESYNC ({uidvalidity} {modseq}))")
            for line in back.other:
                if line.startswith(b"* VANISHED (EARLIER) "):
                    for item in line.split()[3].split(b","):
                        low, _, high = item.partition(b":")
                        for uid in range(int(low), int(high or low) + 1):
                            kept.pop(uid, None)
            received = zip(back.uids, back.flags, strict=True)
            kept.update({uid: flags for uid, flags in received if uid})
        assert kept == dict(zip(busy.uids, busy.flags, strict=True))
