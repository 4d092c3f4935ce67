"""Which domain was registered, and which looks like another one."""

from __future__ import annotations

import pytest

from webmail.trust.domains import domain_of, find_lookalike, organization_of

KNOWN = ("example.com", "microsoft.com", "paypal.com", "straße.de", "bank.co.uk")


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("paypa1.com", "paypal.com"),
        ("paypai.com", "paypal.com"),
        ("rnicrosoft.com", "microsoft.com"),
        ("mail.micros0ft.com", "microsoft.com"),
        ("раураl.com", "paypal.com"),  # Cyrillic
        ("ехаmрlе.com", "example.com"),
        ("ехаmрlе.com".encode("idna").decode(), "example.com"),
        ("éxample.com", "example.com"),
        ("bаnk.co.uk", "bank.co.uk"),
    ],
)
def test_a_lookalike_is_found(domain: str, known: str) -> None:
    assert find_lookalike(domain_of(f"x@{domain}"), KNOWN) == known


@pytest.mark.parametrize(
    "domain",
    ["paypal.com", "www.paypal.com", "paypal.de", "examples.com", "bank.uk", "", "192.0.2.1", "x"],
)
def test_others_are_none(domain: str) -> None:
    assert find_lookalike(domain, KNOWN) == ""


def test_organizations() -> None:
    assert organization_of("a.b.example.co.uk") == "example.co.uk"
    assert organization_of("a.example.com") == "example.com"
    assert organization_of("x.internal.lan") == "internal.lan"
    assert organization_of("192.0.2.1") == "192.0.2.1"
    assert domain_of("Ann@XN--STRAE-OQA.de.") == "straße.de"
