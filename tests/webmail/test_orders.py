"""The order of a folder's list: by what is chosen, page by page, kept for the folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from webmail.mail import MailSession, Order, read_order
from webmail.mail.access.ordering import order_keys
from webmail.mail.imap.client import LemonadeClient

from .conftest import dovecot_login
from .test_exchanges import Exchanges, exchanges
from .test_list_follows import OpenList, rows_of
from .website import Site, letter

__all__ = ["exchanges"]


def choose(site: Site, order: str, folder: str = "INBOX", status: int = 302) -> Any:
    answer = site.client.post(f"/mail/{folder}/order/", {"order": order})
    assert answer.status_code == status, answer.content
    return answer


def fill(site: Site, count: int) -> list[int]:
    """Subjects, senders and sizes that stand in an order of their own."""
    return [
        site.put(
            letter(
                f"Subject {n * 7 % count:03}",
                "x" * (n * 3 % count) + "\n",
                sender=f"s{n * 11 % count:03}@far.example",
            ),
            flags="(\\Seen)",
        )
        for n in range(count)
    ]


EXPECTED: dict[str, Callable[[int, int], int]] = {
    "-date": lambda n, count: -n,
    "date": lambda n, count: n,
    "subject": lambda n, count: n * 7 % count,
    "-subject": lambda n, count: -(n * 7 % count),
    "from": lambda n, count: n * 11 % count,
    "-size": lambda n, count: -(n * 3 % count),
    "size": lambda n, count: n * 3 % count,
}


def test_each_order_page_by_page_and_kept_for_that_folder(site: Site, exchanges: Exchanges) -> None:
    count = 64
    uids = fill(site, count)
    site.put(letter("Alone"), folder="Archive")
    for name, key in EXPECTED.items():
        choose(site, name)
        wanted = sorted(range(count), key=lambda n: (key(n, count), -n))
        exchanges.clear()
        first = site.text("/mail/INBOX/")
        assert rows_of(first) == [uids[n] for n in wanted[:50]], name
        sort = [] if "date" in name else [b"UID SORT"]
        fetch = b"FETCH" if "date" in name else b"UID FETCH"
        assert [b"STATUS", *sort, fetch] in exchanges  # all of a page in one
        assert "1–50 of 64" in first
        following = re.search(r'rel="next" href="([^"]+)"', first)
        assert following is not None
        second = site.text(following[1])
        assert rows_of(second) == [uids[n] for n in wanted[50:]], name
        back = re.search(r'rel="prev" href="([^"]+)"', second)
        assert back is not None and rows_of(site.text(back[1])) == rows_of(first)
        pressed = re.findall(r'value="(-?\w+)" aria-pressed="true"', first)
        assert pressed == [name]
    assert 'value="-date" aria-pressed="true"' in site.text("/mail/Archive/")
    assert 'value="to"' not in site.text("/mail/INBOX/")
    site.put(letter("Mine"), folder="Sent")
    sent = site.text("/mail/Sent/")
    assert 'value="to"' in sent and 'value="from"' not in sent
    choose(site, "colour", status=409)
    choose(site, "size", folder="Nowhere", status=404)
    assert (
        site.text("/mail/INBOX/?from=4711").count('<li class="row') == 50
    )  # past the end: the top


def test_an_open_list_follows_in_its_order(site: Site) -> None:
    fill(site, 55)
    choose(site, "subject")
    opened = OpenList(site, "/mail/INBOX/", keeps_order=True)
    site.put(letter("Aardvark"), flags="(\\Seen)")
    site.put(letter("Zebra"), flags="(\\Seen)")
    opened.follow()
    assert opened.rows == rows_of(site.text("/mail/INBOX/"))
    assert opened.rows[0] == 56 and 57 not in opened.rows


@pytest.fixture(params=["dovecot_port", "plain_port"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[LemonadeClient]:
    client = dovecot_login(request.getfixturevalue(request.param), "orders")
    client.command(b"CREATE", b"INBOX.none")
    yield client
    client.command(b"LOGOUT")
    client.drop()


def test_another_server_sorts_as_far_as_it_can(elsewhere: LemonadeClient) -> None:
    session = MailSession("orders", elsewhere)
    state = session.state("INBOX")
    for n in range(state.messages, 12):
        session.append("INBOX", [payload(n)], f"<{n}@far.example>", ())
    session.select("INBOX")
    elsewhere.command(b"NOOP")
    oldest = session.ordered_page("INBOX", Order("date", descending=False), 1, 5)
    assert [row.uid for row in oldest.rows] == oldest.uids == [1, 2, 3, 4, 5]
    assert (oldest.exists, oldest.older) == (12, 6)
    by_subject = session.ordered_page("INBOX", Order("subject", descending=False), 6, 5)
    if "subject" in order_keys(elsewhere):
        assert [row.subject[-2:] for row in by_subject.rows] == ["05", "06", "07", "08", "09"]
        assert by_subject.newer == 1
    else:
        assert by_subject.order == Order("date", descending=False)
        assert by_subject.uids == [6, 7, 8, 9, 10]


def payload(n: int) -> Any:
    from webmail.mail import Payload

    data = letter(f"Subject {n * 5 % 12:02}").as_bytes().replace(b"\n", b"\r\n")
    return Payload(len(data), [data])


@pytest.mark.parametrize("text", ["", "-", "colour", "--date", "date ", "-Date"])
def test_orders_that_make_no_sense(text: str) -> None:
    assert read_order(text) is None
