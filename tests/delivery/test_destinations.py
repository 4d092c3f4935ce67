"""Places that mail goes to: turns, connections that are kept, and hosts that are dead."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from lemonade_server.delivery import tasks
from lemonade_server.delivery.queue import courier, destination_names, operator_actions, schedule
from lemonade_server.delivery.relay import hosts, session
from lemonade_server.delivery.relay.handshake import connect
from lemonade_server.delivery.relay.hosts import Host
from lemonade_server.delivery.relay.smtp_connection import SmtpConnection
from lemonade_server.models import Account, Courier, DeliveryEvent, Destination, Recipient
from lemonade_server.store import destinations
from lemonade_server.store.db import transaction
from tests.nameserver import NameServer

from .conftest import change_settings
from .post import MESSAGE, inbox, later, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL, DAVE = "carol@example.org", "dave@dead.test"


@pytest.fixture
def dns(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """Mail goes straight to the hosts of its domain: example.org's is the sink."""
    with NameServer() as server:
        change_settings(monkeypatch, relay_url="", dns=server.address)
        monkeypatch.setattr(hosts, "SMTP_PORT", sink.port)
        server.add("example.org", "MX", "10 mx.example.org.")
        server.add("mx.example.org", "A", "127.0.0.1")
        server.add("dead.test", "MX", "10 mx.dead.test.")
        server.add("mx.dead.test", "A", "127.0.0.66")
        yield server


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the hosts that a connection was tried to."""
    names: list[str] = []

    def noted(host: Host, own_name: str) -> SmtpConnection:
        names.append(host.name)
        return connect(host, own_name)

    monkeypatch.setattr(session, "connect", noted)
    return names


def test_one_connection_carries_what_waits(
    alice: Account, sink: Sink, connected: list[str]
) -> None:
    sent = [send(alice, CAROL).submission for _ in range(courier.BATCH + 3)]
    assert courier.run("*") == len(sent)
    assert connected == ["127.0.0.1"]
    assert sink.lines.count("RSET") == len(sent) - 1
    assert [taken.octets for taken in sink.taken] == [MESSAGE] * len(sent)
    assert not Courier.objects.exists()


def test_commands_go_in_one_packet_or_one_by_one(alice: Account, sink: Sink) -> None:
    recipients = [f"carol{number}@example.org" for number in range(150)]
    pass_on(send(alice, *recipients).submission)
    assert [len(taken.recipients) for taken in sink.taken] == [100, 50]
    sink.features.remove("PIPELINING")
    pass_on(send(alice, CAROL, "erin@example.org").submission)
    assert len(sink.taken[-1].recipients) == 2
    sink.answers["MAIL"] = "550 5.7.1 not you"
    before = len(sink.lines)
    pass_on(send(alice, CAROL).submission)
    assert not any(line.startswith("RCPT") for line in sink.lines[before:])


@pytest.mark.parametrize("data", ["354 go on", "503 5.5.1 no recipients"])
def test_a_message_that_nobody_is_to_have_is_not_sent(
    alice: Account, sink: Sink, data: str
) -> None:
    """DATA goes along with the recipients; a host that wants the message all the same gets an empty
    one (RFC 2920 §3.1).
    """
    sink.answers |= {"RCPT TO:<carol": "550 5.1.1 no", "DATA": data, ".": "554 5.5.1 nobody"}
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert [row.diagnostic for row in rows(sent)] == ["550 5.1.1 no"]
    assert ("." in sink.lines) is data.startswith("354")
    assert sink.taken == []


def test_a_host_that_leaves_at_once_is_asked_for_no_more(alice: Account, sink: Sink) -> None:
    sink.answers["MAIL"] = "421 4.3.2 closing"
    sent = send(alice, CAROL).submission
    courier.run("*")
    assert (rows(sent)[0].state, rows(sent)[0].diagnostic) == ("queued", "421 4.3.2 closing")


@pytest.mark.parametrize("command", ["RSET", "MAIL"])
def test_a_host_that_has_had_enough_is_called_again(
    alice: Account, sink: Sink, connected: list[str], command: str
) -> None:
    """The connection that was kept breaks: that is no attempt of the next message."""
    sink.after[command] = 1 if command == "MAIL" else 0
    sink.hang_up_once = command
    sent = [send(alice, CAROL).submission for _ in range(2)]
    courier.run("*")
    assert [rows(each)[0].state for each in sent] == ["relayed"] * 2
    assert len(connected) == 2


def test_a_dead_place_is_tried_by_one_message_for_all(
    alice: Account, dns: NameServer, connected: list[str]
) -> None:
    sent = [send(alice, DAVE).submission for _ in range(3)]
    assert courier.run("dead.test") == 3
    assert connected == ["mx.dead.test"]
    assert {rows(each)[0].status for each in sent} == {"4.4.1"}
    known = Destination.objects.get()
    assert known.failures == 1
    assert schedule.MINUTE - 5 <= known.retry_at - time.time() <= 2 * schedule.MINUTE
    # What is due there meanwhile is not even looked at.
    assert courier.run("dead.test") == 0
    Recipient.objects.update(next_attempt_at=0)
    assert courier.run("dead.test") == 0
    later(sent[0])
    courier.run("dead.test")
    assert Destination.objects.get().failures == 2


def test_a_place_that_answers_again_is_like_any_other(
    alice: Account, dns: NameServer, sink: Sink
) -> None:
    dns.remove("mx.example.org", "A")
    dns.add("mx.example.org", "A", "127.0.0.66")
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert Destination.objects.count() == 1
    dns.remove("mx.example.org", "A")
    dns.add("mx.example.org", "A", "127.0.0.1")
    later(sent)
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"
    assert not Destination.objects.exists()


def test_a_dead_place_holds_up_no_other(alice: Account, dns: NameServer, sink: Sink) -> None:
    sent = send(alice, DAVE, CAROL).submission
    tasks.relay("dead.test")
    assert [row.state for row in rows(sent)] == ["queued", "relayed"]
    assert len(sink.taken) == 1


def test_so_many_connections_to_a_place_and_no_more(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_settings(monkeypatch, relay_connections=1)
    sink.before_data_reply = threading.Event()
    send(alice, CAROL)

    def work() -> None:
        courier.run("*")
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    end = time.monotonic() + 60
    while "DATA" not in sink.lines and time.monotonic() < end:
        time.sleep(0.01)
    other = send(alice, CAROL).submission
    assert courier.run("*") == 0
    assert rows(other)[0].attempts == 0
    sink.before_data_reply.set()
    first.join()
    courier.run("*")
    assert rows(other)[0].state == "relayed"


def test_the_next_host_is_asked_when_the_best_is_away(
    alice: Account, dns: NameServer, sink: Sink, connected: list[str]
) -> None:
    dns.add("example.org", "MX", "5 mx.dead.test.", "7 nowhere.test.")
    pass_on(send(alice, CAROL).submission)
    assert connected == ["mx.dead.test", "nowhere.test", "mx.example.org"]
    assert len(sink.taken) == 1


def test_a_domain_that_takes_no_mail_is_told_at_once(alice: Account, dns: NameServer) -> None:
    """RFC 7505 §4.2, and a domain that does not exist."""
    dns.add("null.test", "MX", "0 .")
    sent = send(alice, "x@null.test", "x@nowhere.test").submission
    pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [
        ("failed", "5.1.10"), ("failed", "5.1.2"),
    ]  # fmt: skip
    assert len(inbox(alice)) == 2
    assert not Destination.objects.exists()


def test_addresses_are_tried_in_turn(alice: Account, dns: NameServer, sink: Sink) -> None:
    dns.add("mx.example.org", "AAAA", "::1")
    pass_on(send(alice, CAROL).submission)
    assert len(sink.taken) == 1


def test_what_goes_elsewhere_by_now_moves(
    alice: Account, dns: NameServer, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay came into the settings while the mail waited."""
    sent = send(alice, CAROL).submission
    change_settings(monkeypatch, relay_url=f"smtp://127.0.0.1:{sink.port}")
    assert courier.run("example.org") == 0
    assert rows(sent)[0].place == "*" and rows(sent)[0].attempts == 0
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"


def test_each_try_is_on_the_timeline(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "450 4.2.1 busy, come back"
    sent = send(alice, CAROL).submission
    pass_on(sent)
    sink.answers.clear()
    later(sent)
    pass_on(sent)
    found = DeliveryEvent.objects.filter(submission_id=sent)
    assert [(event.kind, event.action, event.host, event.words) for event in found] == [
        ("tried", "delayed", "127.0.0.1", "450 4.2.1 busy, come back"),
        ("tried", "relayed", "127.0.0.1", "250 2.0.0 taken"),
    ]


def test_what_nobody_asks_for_is_forgotten(db: object) -> None:
    """Workers that died, places not tried for days, policies past their time."""
    now = int(time.time())
    for place, retry_at in (("old.test", now - 2 * schedule.LIFETIME), ("new.test", now)):
        Destination.objects.create(place=place, failures=1, retry_at=retry_at)
    Courier.objects.create(owner="dead", place="new.test", until=now - 1)
    Courier.objects.create(owner="alive", place="new.test", until=now + 60)
    with transaction() as tx:
        destinations.clean(tx, now, now - schedule.LIFETIME)
    assert list(Destination.objects.values_list("place", flat=True)) == ["new.test"]
    assert list(Courier.objects.values_list("owner", flat=True)) == ["alive"]


def test_a_dead_workers_turn_is_free_again(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_settings(monkeypatch, relay_connections=1)
    worker = Courier.objects.create(owner="dead", place="*", until=int(time.time()) + 60)
    sent = send(alice, CAROL).submission
    assert courier.run("*") == 0
    worker.until = int(time.time()) - 1
    worker.save()
    assert courier.run("*") == 1
    assert rows(sent)[0].state == "relayed"


def test_the_hosts_of_another_domain_may_be_chosen(
    alice: Account, sink: Sink, dns: NameServer
) -> None:
    """It stays so, whatever the MX of the address say; also when there is a relay."""
    sent = send(alice, DAVE).submission
    (target,) = rows(sent)
    with transaction() as tx:
        assert operator_actions.reroute(
            tx, target.id, destination_names.parse("Example.ORG"), "by a test"
        )
    assert pass_on(sent) == 1
    assert [taken.recipients for taken in sink.taken] == [[f"RCPT TO:<{DAVE}>"]]
    assert destination_names.label(rows(sent)[0].place) == "example.org"
