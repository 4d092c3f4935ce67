"""How often a page asks the mail server, and for what: counted at the connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection

from webmail.mail import write_uid_set
from webmail.mail.imap.client import LemonadeClient
from webmail.mail.imap.commands import Answer, Command
from webmail.mail.imap.pool import connections

from .test_live import deliver, hear, idle, page
from .website import Site, letter

Exchanges = list[list[bytes]]


@pytest.fixture
def exchanges(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchanges]:
    """The commands of each exchange over the person's pooled connection."""
    noted: Exchanges = []
    burst = LemonadeClient.burst

    def counted(client: LemonadeClient, commands: Sequence[Command]) -> list[Answer]:
        if commands and client is connections.seat(site.email).client:
            noted.append([name for name, _ in commands])
        return burst(client, commands)

    monkeypatch.setattr(LemonadeClient, "burst", counted)
    yield noted


def with_parts() -> Any:
    message = letter("Parts", **{"Disposition-Notification-To": "x"})
    message.add_alternative("<p>Designed</p>", subtype="html")
    message.add_attachment(b"GIF89a", "image", "gif", filename="dot.gif")
    message["Disposition-Notification-To"] = "maria@far.example"
    return message


DRAWN = [
    "/mail/INBOX/",
    "/mail/INBOX/?q=Parts",
    "/mail/INBOX/{uid}/",
    "/mail/INBOX/{uid}/preview/2/dot.gif",
    "/write/",
    "/settings/",
    "/outbox/",
    "/mail/INBOX/share/",
]
NOT_DRAWN = [
    "/mail/INBOX/{uid}/html/",
    "/mail/INBOX/{uid}/words/",
    "/mail/INBOX/{uid}/print/",
    "/mail/INBOX/{uid}/source/",
    "/mail/INBOX/{uid}/part/2/dot.gif",
    "/mail/INBOX/{uid}/picture/2/thumb/",
]
POSTED = [
    ("/mail/INBOX/act/", {"do": "flag"}),
    ("/mail/INBOX/act/", {"do": "unread"}),
    ("/mail/INBOX/act/", {"to": "Archive"}),
    ("/mail/INBOX/{uid}/receipt/", {"do": "never"}),
    ("/mail/INBOX/share/", {"everybody": "1", "step": "read"}),
]


def lists(exchanges: Exchanges) -> int:
    return sum(each.count(b"LIST") for each in exchanges)


@pytest.mark.parametrize("address", DRAWN)
def test_a_page_that_draws_the_folders_asks_for_them_once(
    site: Site, exchanges: Exchanges, address: str
) -> None:
    uid = site.put(with_parts())
    site.text("/mail/INBOX/")
    exchanges.clear()
    assert 'id="folder-rows"' in site.text(address.format(uid=uid))
    assert lists(exchanges) == 1


@pytest.mark.parametrize("address", NOT_DRAWN)
def test_what_draws_no_folders_asks_for_none(
    site: Site, exchanges: Exchanges, address: str
) -> None:
    uid = site.put(with_parts())
    site.text("/mail/INBOX/")
    exchanges.clear()
    answer = site.client.get(address.format(uid=uid))
    b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200 and exchanges
    assert lists(exchanges) == 0


@pytest.mark.parametrize(("address", "fields"), POSTED)
def test_what_acts_and_goes_on_elsewhere_asks_for_none(
    site: Site, exchanges: Exchanges, address: str, fields: dict[str, str]
) -> None:
    uid = site.put(with_parts())
    site.text("/mail/INBOX/")
    exchanges.clear()
    answer = site.client.post(address.format(uid=uid), {"uid": str(uid), **fields})
    assert answer.status_code == 302, answer.content
    assert exchanges and lists(exchanges) == 0
    site.imap.deleteacl("INBOX", "anyone")  # or all other tests of this server see it, too


def test_a_page_that_needs_no_mail_asks_nothing(site: Site, exchanges: Exchanges) -> None:
    site.client.get("/")
    assert exchanges == []


async def beside(job: Callable[..., Any], *args: Any) -> Any:
    """Run it in a thread, which leaves no connection to the database behind."""

    def whole() -> Any:
        try:
            return job(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(whole)


def come(site: Site, uids: list[int]) -> None:
    deliver(site.email, "Just come")


def flag(site: Site, uids: list[int]) -> None:
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uids[0]), "+FLAGS", "(\\Flagged)")


def go(site: Site, uids: list[int]) -> None:
    site.imap.select("INBOX")
    site.imap.uid("STORE", str(uids[0]), "+FLAGS", "(\\Deleted)")
    site.imap.expunge()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [come, flag, go])
def test_one_change_costs_one_exchange(
    site: Site,
    exchanges: Exchanges,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Site, list[int]], None],
) -> None:
    """From the hint of the mail server to the page that shows it."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    uids = [site.put(letter(f"Letter {n}")) for n in range(3)]
    shown: Any = site.client.get("/mail/INBOX/").context
    asked = {
        "validity": shown["page"].uidvalidity,
        "modseq": shown["page"].modseq,
        "messages": shown["page"].exists,
        "known": write_uid_set(uids),
    }

    async def story() -> Any:
        async with page(site.account) as socket:
            exchanges.clear()
            await socket.say(json.dumps({"watch": "INBOX", "modseq": asked["modseq"]}))
            async with asyncio.timeout(60):
                while not exchanges:  # its first look, which is before any change
                    await asyncio.sleep(0.02)
            await idle(site.email)
            exchanges.clear()
            await asyncio.to_thread(change, site, uids)
            assert await hear(socket, "folder") == "INBOX"
            return await beside(
                lambda: site.client.get(
                    "/mail/INBOX/changes/", asked, headers={"X-Pane": "changes"}
                ).json()
            )

    told = asyncio.run(story())
    assert len(exchanges) == 1, exchanges
    assert told["rows"] or told["flags"] or told["vanished"]
    if change is not flag:
        assert told["page"]["messages"] == (4 if change is come else 2)
        assert len(told["page"]["uids"].split(",")) == 1
