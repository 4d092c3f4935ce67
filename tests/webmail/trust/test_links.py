"""Links whose words name another place than they lead to."""

from __future__ import annotations

import pytest

from webmail.trust.links import find_misleading_links


def found(words: str, goal: str, trusted: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    links = find_misleading_links(f'<p>See <a class=x href="{goal}">{words}</a>.', trusted)
    return [(link.named, link.leads_to) for link in links]


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("https://bank.com/login", "https://evil.net/bank.com/login"),
        ("<b>bank.com</b>", "http://evil.net"),
        (" www.bank.com/. ", "https://bank.com.evil.net/"),
        ("bank.com", "https://bank.com@evil.net/"),
        ("https://www.bank.com", "http://192.0.2.7/"),
        ("HTTP://BANK.COM", "https://evil.net/?b=bank.com"),
        ("help@bank.com", "mailto:help@evil.net"),
        ("https://bank.com", r"https:\\evil.net\\"),
        ("https://bank.com", "https:evil.net"),
        ("https://bank.com", "https:///evil.net/"),
        ("https://bank.com", "ht\ntps://evil.net/"),
        ("bank\u200b.com", "https://evil.net/"),
        ("\u202ahttps://bank.com\u202c", "https://evil.net/"),
        ("https://ba\xadnk.com", "https://evil.net/"),
        ("bank\uff0ecom", "https://evil.net/"),
        ("<span>www.</span>bank.com", "https:evil.net"),
    ],
)
def test_another_place(words: str, goal: str) -> None:
    [(named, leads_to)] = found(words, goal)
    assert named.endswith("bank.com")
    assert leads_to in ("evil.net", "bank.com.evil.net", "192.0.2.7")


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("https://www.bank.com/x", "https://login.bank.com/y"),
        ("Click here", "https://evil.net"),
        ("Node.js", "https://nodejs.org"),
        ("Booking.com", "https://click.evil.net"),
        ("readme.txt", "https://evil.net"),
        ("3.5", "https://evil.net"),
        ("www.bank.com", "https://click.evil.net/?to=https%3A%2F%2Fwww.bank.com%2Fx"),
        ("www.bank.com", "https://click.evil.net/?to=https%253A%252F%252Fbank.com"),
        ("help@bank.com", "mailto:help@bank.com?subject=x"),
        ("bank.com", "#top"),
        ("bank.com", "https://[broken"),
        ("bücher.de", "https://xn--bcher-kva.de/"),
        ("a page such as bank.com", "https://evil.net"),
    ],
)
def test_the_same_place_or_none(words: str, goal: str) -> None:
    assert found(words, goal) == []


def test_who_has_proven_to_have_written_it_may_lead_anywhere() -> None:
    assert found("bank.com", "https://clicks.net/1") == [("bank.com", "clicks.net")]
    assert found("bank.com", "https://clicks.net/1", ("bank.com",)) == []


@pytest.mark.parametrize(
    "text",
    [
        "<a href=" * 50_000,
        "<a>" * 100_000,
        "<div>" * 100_000 + "<a href='http://e.net'>bank.com",
        "<a href='http://evil.net'>" + "bank." * 100_000,
        "\0<a \ud800href='http://e.net'>b.com</a>",
    ],
)
def test_hostile_html_has_an_end(text: str) -> None:
    assert len(find_misleading_links(text)) <= 1
