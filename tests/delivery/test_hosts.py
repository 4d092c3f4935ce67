"""Where mail for a domain goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from lemonade_server.delivery.relay import hosts
from lemonade_server.delivery.relay.hosts import Host, NoHost, addresses, mail_hosts, relay_host
from lemonade_server.project.environment import Environment, SettingError
from tests.nameserver import NameServer

from .conftest import change_settings


def test_the_relay_of_the_settings() -> None:
    assert relay_host("smtp://relay.test") == Host("relay.test", 25)
    assert relay_host("smtp://me:p%40ss@relay.test:2525") == Host("relay.test", 2525, "me", "p@ss")
    assert relay_host("smtps://relay.test") == Host("relay.test", 465, implicit_tls=True)
    for wrong in ("relay.test", "http://relay.test", "smtp://"):
        with pytest.raises(ValueError, match="LEMONADE_RELAY_URL"):
            relay_host(wrong)


@pytest.mark.parametrize("url", ["smtp://me:xy/zzy@relay.test", "smtp://me:xyzzy@[x", "xyzzy"])
def test_a_password_is_in_no_complaint(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="LEMONADE_RELAY_URL") as complaint:
        relay_host(url)
    monkeypatch.setenv("LEMONADE_RELAY_URL", url)
    with pytest.raises(SettingError, match="LEMONADE_RELAY_URL") as refusal:
        Environment.read()
    for error in (complaint, refusal):
        assert "xy" not in str(error.value)
        assert error.value.__cause__ is None


def test_passwords_are_not_shown() -> None:
    assert "xyzzy" not in repr(Host("relay.test", login="me", password="xyzzy"))
    shown = repr(
        dataclasses.replace(
            Environment.read(), relay_url="smtp://me:xyzzy@x", redis_url="redis://:xyzzy@x",
            database_url="postgresql://me:xyzzy@x/y", blob_url="s3://xyzzy@x",
        )
    )  # fmt: skip
    assert "xyzzy" not in shown


@pytest.mark.parametrize(
    ("name", "here"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("127.example.com", False)],
)
def test_only_this_machine_is_loopback(name: str, here: bool) -> None:
    assert Host(name).is_loopback is here


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """The world's names, for the code under test."""
    with NameServer() as server:
        change_settings(monkeypatch, dns=server.address)
        yield server


def test_the_best_exchange_comes_first(dns: NameServer) -> None:
    dns.add("example.org", "MX", "20 second.test.", "10 first.test.")
    assert [host.name for host in mail_hosts("example.org")] == ["first.test", "second.test"]


def test_a_domain_without_mx_is_its_own_exchange(dns: NameServer) -> None:
    dns.add("example.org", "A", "127.0.0.2")
    assert mail_hosts("example.org") == [Host("example.org")]


def test_an_address_literal_needs_no_name_server() -> None:
    assert mail_hosts("[192.0.2.1]") == [Host("192.0.2.1")]
    for literal in ("[IPv6:2001:db8::1]", "[ipv6:2001:db8::1]"):
        assert mail_hosts(literal) == [Host("2001:db8::1")]


def test_a_domain_may_take_no_mail(dns: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The null MX (RFC 7505 §3), a name that is not, and name servers that fail."""
    dns.add("example.org", "MX", "0 .")
    dns.fail("broken.test")
    dns.silence("silent.test")
    found = {}
    for domain in ("example.org", "nowhere.test", "broken.test", "silent.test"):
        if domain == "silent.test":  # the others may need a while to answer
            monkeypatch.setattr(hosts, "DNS_SECONDS", 1.0)
        with pytest.raises(NoHost) as error:
            mail_hosts(domain)
        found[domain] = error.value.status
    assert found == {
        "example.org": "5.1.10", "nowhere.test": "5.1.2",
        "broken.test": "4.4.3", "silent.test": "4.4.3",
    }  # fmt: skip


def test_addresses_of_both_kinds_take_turns(dns: NameServer) -> None:
    dns.add("mx.test", "A", "127.0.0.2", "127.0.0.3")
    dns.add("mx.test", "AAAA", "::1")
    found = addresses("mx.test")
    assert found[0] == "::1" and sorted(found[1:]) == ["127.0.0.2", "127.0.0.3"]
    assert addresses("127.0.0.9") == ["127.0.0.9"]
    assert "127.0.0.1" in addresses("localhost")
    with pytest.raises(NoHost, match="no address"):
        addresses("nothing.test")
    dns.fail("broken.test")
    with pytest.raises(NoHost) as error:
        addresses("broken.test")
    assert error.value.status == "4.4.3"


def test_name_servers_that_fail_for_ipv6_alone_do(
    dns: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless DANE is to be kept: a failure must not switch it off."""
    dns.add("mx.test", "A", "127.0.0.2")
    dns.fail("mx.test", "AAAA")
    assert addresses("mx.test") == ["127.0.0.2"]
    change_settings(monkeypatch, dane=True)
    with pytest.raises(NoHost) as error:
        addresses("mx.test")
    assert error.value.status == "4.4.3"
