"""Passing on to another host: answers, retries, leases and reports."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection

from lemonade_server.delivery import tasks
from lemonade_server.delivery.queue import destination_names, operator_actions, schedule
from lemonade_server.delivery.relay import session
from lemonade_server.delivery.relay.hosts import Host
from lemonade_server.delivery.relay.transaction import stuff_dots
from lemonade_server.models import Account, Recipient, Submission
from lemonade_server.store import queue_work
from lemonade_server.store.db import transaction
from lemonade_server.store.queue import Target

from .conftest import change_settings, relay_to
from .post import MESSAGE, inbox, later, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL, DAVE = "carol@example.org", "dave@example.net"


def test_the_message_arrives_as_it_is(alice: Account, sink: Sink) -> None:
    message = MESSAGE + b".dot\r\n..two\r\n\r\n.\r\nend without a line end"
    sent = send(alice, CAROL, DAVE, message=message).submission
    assert pass_on(sent) == 2
    (taken,) = sink.taken
    assert taken.octets == message + b"\r\n"
    assert taken.recipients == [f"RCPT TO:<{CAROL}>", f"RCPT TO:<{DAVE}>"]
    assert [(row.state, row.status) for row in rows(sent)] == [("relayed", "2.0.0")] * 2
    assert pass_on(sent) == 0


def test_a_refused_recipient_is_reported_and_the_other_served(alice: Account, sink: Sink) -> None:
    sink.answers[f"RCPT TO:<{CAROL}>"] = "550 5.1.1 no such user here"
    sent = send(alice, CAROL, DAVE, envid="e1", ret="FULL").submission
    pass_on(sent)
    assert [row.state for row in rows(sent)] == ["failed", "relayed"]
    (report,) = inbox(alice)
    for line in (
        b"Action: failed",
        b"Status: 5.1.1",
        b"Final-Recipient: rfc822; carol@example.org",
        b"Remote-MTA: dns; 127.0.0.1",
        b"Diagnostic-Code: smtp;\r\n\t550 5.1.1 no such user here",
        b"Original-Envelope-Id: e1",
        b"Content-Type: message/rfc822",
    ):
        assert line + b"\r\n" in report
    assert b"dave" not in report
    assert MESSAGE in report


@pytest.mark.parametrize("notify", ["NEVER", "SUCCESS"])
def test_failures_are_silent_when_wished(alice: Account, sink: Sink, notify: str) -> None:
    """S-11: NEVER, and what is only to be told of success."""
    sink.answers["RCPT"] = "550 5.1.1 no"
    pass_on(send(alice, Target(CAROL, notify=notify)).submission)
    assert inbox(alice) == []


def test_a_report_about_a_report_is_never_made(alice: Account, sink: Sink) -> None:
    """S-13."""
    sink.answers["RCPT"] = "550 5.1.1 no"
    sent = send(None, CAROL).submission
    pass_on(sent)
    assert [row.state for row in rows(sent)] == ["failed"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
def test_a_deferred_message_is_tried_again_later(alice: Account, sink: Sink, command: str) -> None:
    sink.answers[command] = "451 4.3.0 come back"
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    assert (row.state, row.status, row.diagnostic) == ("queued", "4.3.0", "451 4.3.0 come back")
    assert pass_on(sent) == 0
    sink.answers.clear()
    later(sent)
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"
    assert inbox(alice) == []


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_host_that_hangs_up_is_tried_again(alice: Account, sink: Sink, command: str) -> None:
    sink.hang_up = command
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [("queued", "4.4.1")]


def test_no_host_at_all_is_tried_again(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    relay_to(monkeypatch, "smtp://127.0.0.1:1")
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [("queued", "4.4.1")]


def test_a_fault_or_a_wrong_setting_is_an_attempt_like_any_other(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(alice, CAROL).submission
    monkeypatch.setattr(session, "transfer", lambda *args: 1 / 0)
    pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [("queued", "4.3.0")]
    assert pass_on(sent) == 0
    relay_to(monkeypatch, "gopher://x")
    later(sent)
    pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [("queued", "4.3.5")]


def test_the_sender_hears_of_a_delay_once_and_at_last_of_failure(
    alice: Account, sink: Sink
) -> None:
    sink.answers["RCPT"] = "450 4.2.1 busy"
    sent = send(alice, CAROL).submission
    for age in (0, schedule.DELAY + 1, schedule.DELAY + 2):
        Submission.objects.filter(pk=sent).update(arrived_at=time.time() - age)
        later(sent)
        pass_on(sent)
    (notice,) = inbox(alice)
    assert b"Action: delayed\r\nStatus: 4.2.1\r\n" in notice
    assert b"Will-Retry-Until: " in notice
    Submission.objects.filter(pk=sent).update(arrived_at=time.time() - schedule.LIFETIME)
    later(sent)
    pass_on(sent)
    assert rows(sent)[0].state == "failed"
    assert b"Action: failed\r\nStatus: 4.4.7\r\n" in inbox(alice)[1]


def test_dsn_parameters_go_along_and_success_is_left_to_that_host(
    alice: Account, sink: Sink
) -> None:
    """S-12."""
    sink.features.append("DSN")
    target = Target(CAROL, orcpt="rfc822;Carol+x@example.org", notify="SUCCESS")
    pass_on(send(alice, target, envid="a b", ret="HDRS").submission)
    (taken,) = sink.taken
    assert "RET=HDRS ENVID=a+20b" in taken.mail
    assert "NOTIFY=SUCCESS ORCPT=rfc822;Carol+2Bx@example.org" in taken.recipients[0]
    assert inbox(alice) == []


def test_a_host_without_dsn_makes_us_report_that_it_was_relayed(alice: Account, sink: Sink) -> None:
    """S-12."""
    pass_on(send(alice, Target(CAROL, notify="SUCCESS"), envid="x").submission)
    assert "ENVID" not in sink.taken[0].mail
    (report,) = inbox(alice)
    assert b"Action: relayed\r\nStatus: 2.0.0\r\n" in report


def test_two_workers_never_send_the_same_message(alice: Account, sink: Sink) -> None:
    sink.before_data_reply = threading.Event()
    sent = send(alice, CAROL).submission

    def work() -> None:
        pass_on(sent)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    until = time.monotonic() + 60
    while "DATA" not in sink.lines:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert pass_on(sent) == 0
    sink.before_data_reply.set()
    first.join()
    assert len(sink.taken) == 1


def test_a_worker_whose_lease_was_taken_sends_nothing(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(alice, CAROL).submission
    claim = queue_work.claim

    def claim_and_lose(*args: Any) -> dict[int, list[Target]]:
        targets = claim(*args)
        Recipient.objects.filter(submission_id=sent).update(lease_owner="another")
        return targets

    monkeypatch.setattr(queue_work, "claim", claim_and_lose)
    pass_on(sent)
    assert sink.taken == []
    assert rows(sent)[0].state == "queued"


def test_the_sweep_finds_the_leases_of_dead_workers(
    alice: Account, sink: Sink, woken: list[str]
) -> None:
    sent = send(alice, CAROL).submission
    now = int(time.time())
    with transaction() as tx:
        assert queue_work.claim(tx, "*", "dead", now, schedule.LEASE, 1)
    woken.clear()
    tasks.sweep()
    assert woken == []
    Recipient.objects.update(lease_until=now - 1)
    tasks.sweep()
    assert woken == ["*"]
    pass_on(sent)
    assert len(sink.taken) == 1


def test_an_operator_retries_and_cancels(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "550 5.1.1 no"
    sent = send(alice, CAROL).submission
    pass_on(sent)
    sink.answers.clear()
    (row,) = rows(sent)
    with transaction() as tx:
        assert not operator_actions.cancel(tx, row.id)
        assert operator_actions.retry(tx, row.id)
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"
    with transaction() as tx:
        assert not operator_actions.retry(tx, row.id)
    other = send(alice, DAVE).submission
    with transaction() as tx:
        assert operator_actions.cancel(tx, rows(other)[0].id)
    assert pass_on(other) == 0


def test_a_retried_recipient_of_ours_is_not_sent_away(alice: Account, sink: Sink) -> None:
    bob = Account.objects.create_user("bob@lemonade.test", "open sesame", quota=10)
    sent = send(alice, bob.email, alice.email).submission
    (failed, _) = rows(sent)
    assert failed.status == "5.2.2"
    Account.objects.filter(pk=bob.pk).update(quota=0)
    with transaction() as tx:
        assert operator_actions.retry(tx, failed.id)
    assert pass_on(sent) == 1
    assert sink.lines == []
    assert rows(sent)[0].state == "delivered"
    assert inbox(bob) == [b"Return-Path: <alice@lemonade.test>\r\n" + MESSAGE]


def test_finished_submissions_are_forgotten_in_the_end(alice: Account, sink: Sink) -> None:
    pass_on(send(alice, CAROL).submission)
    waiting = send(alice, DAVE).submission
    Submission.objects.update(arrived_at=time.time() - schedule.KEPT - 1)
    tasks.prune()
    assert list(Submission.objects.values_list("pk", flat=True)) == [waiting]


def test_a_password_is_not_sent_in_the_clear(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay_to(monkeypatch, f"smtp://me:secret@127.0.0.1:{sink.port}")
    monkeypatch.setattr("lemonade_server.delivery.relay.hosts.Host.is_loopback", False)
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert not any("AUTH" in line for line in sink.lines)
    assert "no TLS there" in rows(sent)[0].diagnostic


def test_without_a_relay_each_domain_has_its_own_host(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_settings(monkeypatch, relay_url="")
    asked: list[str] = []

    def hosts(domain: str) -> list[Host]:
        asked.append(domain)
        return [Host("127.0.0.1", 1), Host("127.0.0.1", sink.port)]

    monkeypatch.setattr(destination_names, "mail_hosts", hosts)
    sent = send(alice, CAROL, DAVE, "erin@example.org").submission
    pass_on(sent)
    assert asked == ["example.org", "example.net"]
    assert [len(taken.recipients) for taken in sink.taken] == [2, 1]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_dots_are_doubled_wherever_the_pieces_end(size: int) -> None:
    message = b".a\r\n.\r\n..b\r\nc.\r\n\r\n.\r\n"
    pieces = [message[at : at + size] for at in range(0, len(message), size)]
    assert b"".join(stuff_dots(pieces)) == b"..a\r\n..\r\n...b\r\nc.\r\n\r\n..\r\n"
    assert b"".join(stuff_dots([b"no end"])) == b"no end\r\n"
