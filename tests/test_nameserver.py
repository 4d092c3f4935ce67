"""The tests' own name server answers like a real one."""

from __future__ import annotations

from collections.abc import Iterator

import dns.flags
import dns.resolver
import pytest

from .nameserver import NameServer


@pytest.fixture
def server() -> Iterator[NameServer]:
    with NameServer() as running:
        running.add("example.org", "MX", "10 mx.example.org.", "20 other.example.org.")
        running.add("mx.example.org", "A", "127.0.0.2")
        running.add("mx.example.org", "AAAA", "::1")
        running.add("www.example.org", "CNAME", "mx.example.org.")
        yield running


def resolver(server: NameServer) -> dns.resolver.Resolver:
    found = dns.resolver.Resolver(configure=False)
    found.nameservers = ["127.0.0.1"]
    found.port = server.port
    found.lifetime = 1
    return found


def texts(server: NameServer, name: str, kind: str) -> list[str]:
    return sorted(each.to_text().lower() for each in resolver(server).resolve(name, kind))


def test_it_tells_what_it_was_given(server: NameServer) -> None:
    assert texts(server, "Example.ORG", "MX") == ["10 mx.example.org.", "20 other.example.org."]
    assert texts(server, "mx.example.org", "AAAA") == ["::1"]
    assert texts(server, "www.example.org", "A") == ["127.0.0.2"]
    server.add("_25._tcp.mx.example.org", "TLSA", "3 1 1 " + "ab" * 32)
    assert texts(server, "_25._tcp.mx.example.org", "TLSA") == ["3 1 1 " + "ab" * 32]
    assert server.asked[0] == ("example.org", "MX")


def test_long_answers_come_by_tcp(server: NameServer) -> None:
    value = "v=DKIM1; p=" + "A" * 3000
    server.add("key._domainkey.example.org", "TXT", value)
    (record,) = resolver(server).resolve("key._domainkey.example.org", "TXT")
    assert b"".join(record.strings).decode() == value


def test_what_is_not_there_and_what_fails(server: NameServer) -> None:
    with pytest.raises(dns.resolver.NXDOMAIN):
        texts(server, "nowhere.test", "MX")
    with pytest.raises(dns.resolver.NoAnswer):
        texts(server, "example.org", "A")
    server.fail("broken.test")
    with pytest.raises(dns.resolver.NoNameservers):
        texts(server, "broken.test", "MX")
    server.silence("silent.test")
    with pytest.raises(dns.resolver.LifetimeTimeout):
        texts(server, "silent.test", "MX")


def test_the_answers_may_be_secure(server: NameServer) -> None:
    asking = resolver(server)
    asking.use_edns(0, dns.flags.DO, 1232)
    assert not asking.resolve("example.org", "MX").response.flags & dns.flags.AD
    server.secure = True
    assert asking.resolve("example.org", "MX").response.flags & dns.flags.AD
