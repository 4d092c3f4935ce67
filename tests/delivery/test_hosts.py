"""Where mail for a domain goes."""

from __future__ import annotations

import dataclasses
from typing import Any

import dns.rdata
import dns.resolver
import pytest

from lemonade_server.delivery.hosts import Host, NoHost, mail_hosts, relay_host
from lemonade_server.project.environment import Environment, SettingError


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


def answer(monkeypatch: pytest.MonkeyPatch, *records: str | Exception) -> None:
    def resolve(domain: str, kind: str, **options: Any) -> list[dns.rdata.Rdata]:
        found = []
        for record in records:
            if isinstance(record, Exception):
                raise record
            found.append(dns.rdata.from_text("IN", "MX", record))
        return found

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


def test_the_best_exchange_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "20 second.test.", "10 first.test.")
    assert [host.name for host in mail_hosts("example.org")] == ["first.test", "second.test"]


def test_a_domain_without_mx_is_its_own_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, dns.resolver.NoAnswer())
    assert mail_hosts("example.org") == [Host("example.org")]


def test_an_address_literal_needs_no_name_server() -> None:
    assert mail_hosts("[192.0.2.1]") == [Host("192.0.2.1")]


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("0 .", "5.1.10"),
        (dns.resolver.NXDOMAIN(), "5.1.2"),
        (dns.resolver.LifetimeTimeout(timeout=1, errors=[]), "4.4.3"),
    ],
)
def test_a_domain_may_take_no_mail(
    monkeypatch: pytest.MonkeyPatch, record: str | Exception, status: str
) -> None:
    answer(monkeypatch, record)
    with pytest.raises(NoHost) as error:
        mail_hosts("example.org")
    assert error.value.status == status
