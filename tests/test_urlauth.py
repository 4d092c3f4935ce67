"""Tickets: what a token covers, and every right judged when it is redeemed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

import pytest
from django.conf import settings
from structlog.testing import capture_logs

from lemonade_server import urlauth
from lemonade_server.directory import accounts
from lemonade_server.imap.store_errors import refusal
from lemonade_server.models import Account, UrlauthKey, UrlauthTicket
from lemonade_server.store import ingest, mailboxes, messages
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.errors import Invalid, LimitReached, Refused
from lemonade_server.store.ids import AccountId
from lemonade_server.urlauth import RedeemedTicket, Redeemer, Refusal
from lemonade_server.urlauth.keys import make_token
from lemonade_server.wire.imapurl import message_url, parse, ticket_rump

pytestmark = pytest.mark.django_db

MESSAGE = b"Subject: x\r\n\r\nSi vis pacem, para bellum.\r\n"


@dataclass
class World:
    tx: Tx
    alice: accounts.Identity
    bob: accounts.Identity
    submit: accounts.Identity
    uid: int

    def rump(self, access: str, *, section: str = "TEXT", expire: int | None = None) -> bytes:
        url = message_url("INBOX", None, self.uid, section, user=self.alice.email, host="localhost")
        return ticket_rump(url, access, expire)

    def ticket(self, access: str, *, section: str = "TEXT", expire: int | None = None) -> bytes:
        raw = self.rump(access, section=section, expire=expire)
        return urlauth.generate(self.tx, self.alice, raw, b"INTERNAL")

    def judge(
        self, raw: bytes, who: accounts.Identity, **service: bool
    ) -> RedeemedTicket | Refusal:
        return urlauth.judge(self.tx, raw, Redeemer(who, **service))


@pytest.fixture
def world() -> Iterator[World]:
    people = [
        Account.objects.create_user(f"{name}@lemonade.test", "x", role=role)
        for name, role in (("alice", "user"), ("bob", "user"), ("submit", "submit"))
    ]
    with transaction() as tx:
        for person in people[:2]:
            mailboxes.provision(tx, AccountId(person.pk))
        inbox = mailboxes.find(tx, AccountId(people[0].pk), "INBOX")
        assert inbox is not None
        content = ingest.commit(tx, ingest.prepare(MESSAGE))
        uid = messages.append(tx, inbox.id, content, 0, [], 0, 0)
        identities = [accounts.find(tx, person.email) for person in people]
        alice, bob, submit = (identity for identity in identities if identity is not None)
        yield World(tx, alice, bob, submit, uid)


def data(world: World, outcome: RedeemedTicket | Refusal) -> bytes:
    assert isinstance(outcome, RedeemedTicket), outcome
    return outcome.extract.read(world.tx)


def test_a_token_is_a_version_and_a_mac_of_256_bits(world: World) -> None:
    ticket = world.ticket("anonymous")
    rump, mechanism, token = ticket.rsplit(b":", 2)
    assert rump == world.rump("anonymous") and mechanism == b"internal"
    assert bytes.fromhex(token.decode())[:1] == b"\x01" and len(token) == 66
    assert data(world, world.judge(ticket, world.bob)) == b"Si vis pacem, para bellum.\r\n"
    assert data(world, world.judge(rump + b":INTERNAL:" + token.upper(), world.bob))


def test_any_other_octet_makes_it_void(world: World) -> None:
    ticket = world.ticket("anonymous")
    for other in (
        ticket.replace(b"INBOX", b"inbox"),
        ticket.replace(b"localhost", b"LOCALHOST"),
        ticket.replace(b"TEXT", b"text"),
        ticket.replace(b"TEXT", b"HEADER"),
        ticket.replace(b"%40", b"@", 1),
        ticket[:-1] + (b"0" if ticket[-1:] != b"0" else b"1"),
        ticket.replace(b":internal:01", b":internal:02"),
        ticket.replace(b":internal:", b":xsample:"),
    ):
        assert isinstance(world.judge(other, world.bob), Refusal), other


@pytest.mark.parametrize(
    ("access", "alice", "bob", "submit"),
    [
        ("anonymous", True, True, True),
        ("authuser", True, True, True),
        ("user+alice", True, False, False),
        ("user+bob@lemonade.test", False, True, False),
        ("user+nobody", False, False, False),
        ("submit+alice", False, False, True),
        ("submit+nobody", False, False, False),
    ],
)
def test_who_may_redeem_over_imap(
    world: World, access: str, alice: bool, bob: bool, submit: bool
) -> None:
    ticket = world.ticket(access)
    allowed = {world.alice.email: alice, world.bob.email: bob, world.submit.email: submit}
    for who in (world.alice, world.bob, world.submit):
        outcome = world.judge(ticket, who)
        assert isinstance(outcome, RedeemedTicket) is allowed[who.email]
        if not allowed[who.email]:
            assert outcome is Refusal.ACCESS


def test_our_submission_redeems_for_its_user_alone(world: World) -> None:
    ticket = world.ticket("submit+ALICE")
    assert isinstance(world.judge(ticket, world.alice, submission=True), RedeemedTicket)
    assert world.judge(ticket, world.bob, submission=True) is Refusal.ACCESS


def test_it_ends_when_it_says(world: World) -> None:
    expire = int(time.time()) + 100
    ticket = world.ticket("anonymous", expire=expire)
    assert isinstance(world.judge(ticket, world.bob), RedeemedTicket)
    with mock.patch("lemonade_server.urlauth.redemption.time.time", return_value=expire + 1.0):
        assert world.judge(ticket, world.bob) is Refusal.EXPIRED
    start, stop = ticket.index(b";EXPIRE"), ticket.index(b";URLAUTH")
    assert world.judge(ticket[:start] + ticket[stop:], world.bob) is Refusal.TOKEN


def test_it_dies_with_its_owners_right(world: World) -> None:
    ticket = world.ticket("anonymous")
    with mock.patch.object(mailboxes, "may", return_value=False):
        assert world.judge(ticket, world.bob) is Refusal.TOKEN
    Account.objects.filter(pk=world.alice.id).update(is_active=False)
    assert world.judge(ticket, world.bob) is Refusal.TOKEN


def test_it_can_be_revoked_and_stays_so(world: World) -> None:
    ticket = world.ticket("anonymous")
    other = world.ticket("authuser")
    UrlauthTicket.objects.filter(access="anonymous").update(revoked_at=1)
    assert world.judge(ticket, world.bob) is Refusal.REVOKED
    assert isinstance(world.judge(other, world.bob), RedeemedTicket)
    with pytest.raises(Refused, match="revoked"):
        world.ticket("anonymous")
    UrlauthTicket.objects.filter(access="authuser").delete()
    assert world.judge(other, world.bob) is Refusal.REVOKED


def test_a_new_key_makes_the_old_tickets_void_and_new_ones_work(world: World) -> None:
    before = world.ticket("anonymous")
    inbox = mailboxes.find(world.tx, world.alice.id, "INBOX")
    assert inbox is not None
    urlauth.reset_mailbox(world.tx, world.alice, inbox.id)
    assert world.judge(before, world.bob) is Refusal.TOKEN
    after = world.ticket("anonymous")
    assert after != before
    assert isinstance(world.judge(after, world.bob), RedeemedTicket)
    urlauth.reset_all(world.tx, world.alice)
    assert world.judge(after, world.bob) is Refusal.TOKEN
    assert UrlauthTicket.objects.get().key is None


@pytest.mark.parametrize("key", [b"", b"\0" * 32, b"guessed".ljust(32)])
def test_a_mailbox_without_key_has_no_key_that_can_be_guessed(world: World, key: bytes) -> None:
    raw = world.rump("anonymous")
    token = make_token(key, raw)
    assert world.judge(raw + b":internal:" + token.hex().encode(), world.bob) is Refusal.TOKEN
    UrlauthKey.objects.create(
        account_id=world.alice.id, mailbox_id=_inbox(world), key=b"", created_at=0
    )
    assert world.judge(raw + b":internal:" + token.hex().encode(), world.bob) is Refusal.TOKEN


def _inbox(world: World) -> int:
    inbox = mailboxes.find(world.tx, world.alice.id, "INBOX")
    assert inbox is not None
    return inbox.id


def test_missing_mailbox_key_or_token_cost_the_same_statements(world: World) -> None:
    token = b":internal:" + b"01" * 33
    missing_key = world.rump("anonymous") + token
    world.ticket("authuser")
    wrong = world.rump("anonymous") + token
    nowhere = wrong.replace(b"INBOX", b"NOWHERE")
    nobody = wrong.replace(b"alice", b"nemo0")
    counts = []
    for raw in (missing_key, wrong, nowhere, nobody):
        statements = 0
        original = Tx.row

        def row(self: Tx, sql: str, args: tuple[object, ...] = ()) -> object:
            nonlocal statements
            statements += 1
            return original(self, sql, args)  # noqa: B023

        with mock.patch.object(Tx, "row", row):
            assert world.judge(raw, world.bob) is Refusal.TOKEN
        counts.append(statements)
    assert len(set(counts)) == 1


def test_uses_are_counted(world: World) -> None:
    outcome = world.judge(world.ticket("anonymous"), world.bob)
    assert isinstance(outcome, RedeemedTicket)
    urlauth.count_use(world.tx, outcome.ticket, outcome.size, world.bob.email)
    urlauth.count_use(world.tx, outcome.ticket, outcome.size, world.bob.email)
    row = UrlauthTicket.objects.get()
    assert (row.uses, row.octets, row.last_used_by) == (2, 56, world.bob.email)
    assert row.last_used_at is not None and row.section == "TEXT" and row.access == "anonymous"


def test_old_tickets_are_purged_and_live_ones_are_not(world: World) -> None:
    soon = world.ticket("anonymous", expire=int(time.time()) + 60)
    lasting = world.ticket("authuser")
    assert urlauth.purge(world.tx, int(time.time())) == 0
    assert urlauth.purge(world.tx, int(time.time()) + 40 * 86_400) == 1
    assert world.judge(soon, world.bob) is Refusal.REVOKED
    assert isinstance(world.judge(lasting, world.bob), RedeemedTicket)


def test_another_users_mailbox_is_answered_as_a_missing_one(world: World) -> None:
    texts = set()
    for mailbox, user in (("INBOX", "alice"), ("Nowhere", "bob"), ("INBOX", "nobody")):
        raw = ticket_rump(message_url(mailbox, None, 1, user=user, host="localhost"), "anonymous")
        with pytest.raises(Invalid) as error:
            urlauth.generate(world.tx, world.bob, raw, b"INTERNAL")
        texts.add(error.value.text)
    assert texts == {"there is no such mailbox"}
    assert not UrlauthKey.objects.exists()


@pytest.mark.parametrize(
    ("host", "local"),
    [
        (b"localhost", True),
        (b"LocalHost.", True),
        (b"127.0.0.1", True),
        (b"localhost:143", True),
        (b"localhost:993", True),
        (b"localhost:%d" % settings.LEMONADE.imap_port, True),
        (b"localhost:25", False),
        (b"example.org", False),
        (b"localhost.example.org", False),
    ],
)
def test_which_hosts_are_ours(host: bytes, local: bool) -> None:
    assert urlauth.is_local(parse(b"imap://a@" + host + b"/INBOX/;UID=1")) is local


@pytest.mark.parametrize("spoilt", [b"%b", b"%b:", b"%b/;SECTION=1:2", b" %b:x"])
def test_no_token_is_logged_however_the_url_is_spoilt(world: World, spoilt: bytes) -> None:
    ticket = world.ticket("user+bob")
    with capture_logs() as logs:
        assert urlauth.resolve(world.tx, spoilt % ticket, Redeemer(world.alice)) is None
    (line,) = logs
    assert "/;UID=" in line["url"]
    assert ticket[-66:].decode() not in str(line)


def test_there_is_a_limit_to_tickets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lemonade_server.urlauth.tickets.TICKET_LIMIT", 0)
    with pytest.raises(LimitReached) as error:
        world.ticket("anonymous")
    reply = refusal(error.value)
    assert reply.code == b"LIMIT"
    assert reply.text == "too many tickets: let some expire, or RESETKEY"
