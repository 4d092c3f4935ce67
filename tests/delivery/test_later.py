"""Messages for later (RFC 4865), and messages that must be in time (RFC 2852)."""

from __future__ import annotations

import time

import pytest

from lemonade_server.delivery import tasks
from lemonade_server.delivery.queue import courier, operator_actions, schedule
from lemonade_server.models import Account, Alias, Recipient, Submission
from lemonade_server.project import timeline
from lemonade_server.store import queue
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Target

from .post import MESSAGE, inbox, later, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


def held(alice: Account, *to: str | Target, envid: str = "") -> int:
    until = int(time.time()) + 3600
    return send(alice, *to, release_at=until, hold="for;3600", envid=envid).submission


def release(submission: int) -> None:
    """Its time has come."""
    Submission.objects.filter(pk=submission).update(release_at=time.time() - 1)
    later(submission)


def test_nobody_has_it_before_its_time(alice: Account, bob: Account, sink: Sink) -> None:
    """S-15: not by the sweep, nor by an operator who is in a hurry."""
    sent = held(alice, bob.email, CAROL)
    tasks.sweep()
    assert pass_on(sent) == 0
    with transaction() as tx:
        assert all(operator_actions.retry(tx, row.id) for row in rows(sent))
    assert pass_on(sent) == 0
    assert inbox(bob) == [] and sink.taken == []
    assert min(Recipient.objects.values_list("next_attempt_at", flat=True)) > time.time() + 3500
    release(sent)
    assert pass_on(sent) == 2
    assert len(inbox(bob)) == len(sink.taken) == 1
    assert [row.state for row in rows(sent)] == ["delivered", "relayed"]


def test_its_sender_cancels_it(alice: Account, bob: Account, sink: Sink) -> None:
    sent = held(alice, bob.email, CAROL, envid="tea")
    assert timeline.cancel("tea", bob.email) == 0
    assert timeline.cancel("tea", alice.email) == 2
    assert timeline.cancel("tea", alice.email) == 0
    release(sent)
    assert pass_on(sent) == 0
    assert inbox(bob) == [] and sink.taken == []
    kinds = [moment["kind"] for moment in timeline.history("tea", alice.email)]
    assert kinds.count("steered") == 2


def test_it_is_cancelled_for_all_or_for_nobody(alice: Account, bob: Account) -> None:
    """The sender takes it back and may send it again: nobody may have it by then."""
    sent = held(alice, bob.email, CAROL, envid="tea")
    Recipient.objects.filter(address=CAROL).update(lease_owner="at work", lease_until=1)
    assert timeline.cancel("tea", alice.email) == 0
    assert [row.state for row in rows(sent)] == ["queued", "queued"]
    Recipient.objects.update(lease_owner="")
    send(alice, bob.email)
    assert timeline.cancel("", alice.email) == 0
    assert timeline.cancel("tea", alice.email) == 2


def test_what_waits_for_release_is_counted(alice: Account, bob: Account, sink: Sink) -> None:
    """RFC 4865 §6: an account may have only so much of it."""
    sent, now = held(alice, CAROL, bob.email), int(time.time())
    held(bob, CAROL)
    account = AccountId(alice.pk)
    with transaction() as tx:
        assert queue.held_octets(tx, account, now) == len(MESSAGE)
        assert queue.held_octets(tx, account, now + 7200) == 0
        assert all(operator_actions.cancel(tx, row.id) for row in rows(sent))
        assert queue.held_octets(tx, account, now) == 0


def test_reports_tell_of_the_request(alice: Account, sink: Sink) -> None:
    """RFC 4865 §5.1.2, RFC 2852 §5."""
    sink.answers["RCPT"] = "550 5.1.1 no"
    sent = held(alice, CAROL)
    Submission.objects.update(by_at=time.time() + 9999, by_mode="N")
    release(sent)
    pass_on(sent)
    (report,) = inbox(alice)
    for line in (b"Arrival-Date: ", b"Future-Release-Request: for;3600", b"Deliver-By-Date: "):
        assert b"\r\n" + line in report


def test_an_alias_is_followed_when_the_time_comes(alice: Account, bob: Account, sink: Sink) -> None:
    sent = held(alice, Target("team@lemonade.test", notify="SUCCESS"), "gone@lemonade.test")
    Alias.objects.create_leading_to("team@lemonade.test", str(bob), CAROL)
    release(sent)
    pass_on(sent)
    pass_on(sent)
    assert len(inbox(bob)) == len(sink.taken) == 1
    actions = [report.partition(b"Action: ")[2].split()[0] for report in inbox(alice)]
    assert sorted(actions) == [b"expanded", b"failed"]


def test_success_with_many_is_one_report(alice: Account, bob: Account, sink: Sink) -> None:
    """RFC 3461 §5.2.7.3 c: expanded, and nothing more from those behind the alias."""
    Alias.objects.create_leading_to("team@lemonade.test", str(bob), CAROL)
    sink.features.append("DSN")
    pass_on(send(alice, Target("team@lemonade.test", notify="SUCCESS,FAILURE")).submission)
    (report,) = inbox(alice)
    assert b"Action: expanded\r\nStatus: 2.0.0\r\n" in report
    assert b"Final-Recipient: rfc822; team@lemonade.test\r\n" in report
    assert "NOTIFY=FAILURE" in sink.taken[0].recipients[0]


def by(alice: Account, left: int, mode: str, target: Target | str = CAROL) -> int:
    return send(alice, target, by_at=int(time.time()) + left, by_mode=mode).submission


def test_what_is_late_comes_back(alice: Account, sink: Sink) -> None:
    sink.features.append("DELIVERBY")
    sent = by(alice, -5, "R")
    pass_on(sent)
    assert (rows(sent)[0].state, rows(sent)[0].status) == ("failed", "5.4.7")
    assert b"Status: 5.4.7\r\n" in inbox(alice)[0]
    assert sink.taken == []


def test_a_host_that_can_not_promise_gets_nothing_of_it(alice: Account, sink: Sink) -> None:
    sent = by(alice, 600, "R")
    pass_on(sent)
    assert (rows(sent)[0].state, rows(sent)[0].status) == ("failed", "5.3.3")
    sink.features.append("DELIVERBY 3600")
    sent = by(alice, 600, "R")
    pass_on(sent)
    assert rows(sent)[0].status == "5.3.3"
    sink.features[-1] = "DELIVERBY 60"
    sent = by(alice, 600, "R")
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"
    assert " BY=" in sink.taken[0].mail and sink.taken[0].mail.endswith(";R")


def test_a_host_that_does_not_know_the_time_is_reported(alice: Account, sink: Sink) -> None:
    """RFC 2852 §4.1.4.2: relayed, asked for or not, and delays are asked for."""
    sink.features.append("DSN")
    pass_on(by(alice, 600, "N"))
    (report,) = inbox(alice)
    assert b"Action: relayed" in report
    assert "NOTIFY=FAILURE,DELAY" in sink.taken[0].recipients[0]
    pass_on(by(alice, 600, "N", Target(CAROL, notify="NEVER")))
    assert len(inbox(alice)) == 1


def test_a_missed_time_is_told_once(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "450 4.2.1 busy"
    sent = by(alice, -5, "N")
    for _ in range(3):
        later(sent)
        pass_on(sent)
    (notice,) = inbox(alice)
    assert b"Action: delayed\r\nStatus: 4.4.7\r\n" in notice
    Submission.objects.update(arrived_at=time.time() - schedule.DELAY - 1)
    later(sent)
    pass_on(sent)
    assert len(inbox(alice)) == 2


def test_what_has_priority_goes_first(alice: Account, sink: Sink) -> None:
    """And what has less waits for all else, however long it has been there (RFC 6710 §5)."""
    sink.features.append("MT-PRIORITY")
    for subject, priority in (("low", -3), ("usual", 0), ("high", 5)):
        send(alice, CAROL, priority=priority, message=f"Subject: {subject}\r\n\r\n".encode())
    Recipient.objects.filter(submission__priority=-3).update(next_attempt_at=1)
    courier.run("*")
    assert [taken.octets.split()[1] for taken in sink.taken] == [b"high", b"usual", b"low"]
    assert sink.taken[0].mail.endswith("MT-PRIORITY=5")


def test_the_sender_is_not_told_which_operator_did_what(alice: Account, sink: Sink) -> None:
    sent = held(alice, CAROL, envid="tea")
    (row,) = rows(sent)
    with transaction() as tx:
        assert operator_actions.hold(tx, row.id, "by root@lemonade.test")
        assert operator_actions.reroute(tx, row.id, "smtp://10.0.0.1:2525", "in the admin")
        assert operator_actions.release(tx, row.id, "by command")
        assert operator_actions.cancel(tx, row.id, f"by {alice.email}")
    entries = [each["words"] for each in timeline.history("tea", alice.email)]
    done = [f"{what} by an administrator" for what in ("held", "rerouted", "released")]
    assert [words for words in entries if " by " in words] == [*done, f"cancelled by {alice.email}"]
