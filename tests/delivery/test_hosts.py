"""Where mail for a domain goes."""

from __future__ import annotations

from typing import Any

import dns.rdata
import dns.resolver
import pytest

from lemonade_server.delivery.hosts import Host, NoHost, mail_hosts, relay_host


def test_the_relay_of_the_settings() -> None:
    assert relay_host("smtp://relay.test") == Host("relay.test", 25)
    assert relay_host("smtp://me:p%40ss@relay.test:2525") == Host("relay.test", 2525, "me", "p@ss")
    assert relay_host("smtps://relay.test") == Host("relay.test", 465, implicit_tls=True)
    for wrong in ("relay.test", "http://relay.test", "smtp://"):
        with pytest.raises(ValueError, match="LEMONADE_RELAY_URL"):
            relay_host(wrong)


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
