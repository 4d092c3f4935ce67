"""An open list and what became of the folder: rows, order and range stay those of the folder."""

from __future__ import annotations

import html
import random
import re
from typing import Any

import pytest

from .website import Site, letter

PAGER = re.compile(r"(\d+–\d+ of \d+)")


def rows_of(page: str) -> list[int]:
    return [int(uid) for uid in re.findall(r'class="row[^>]*data-uid="(\d+)"', page)]


def links_of(page: str) -> list[str]:
    pager = page.split('id="pager"')[1].split("</span></div>")[0]
    return re.findall(r'rel="(?:next|prev)" href="([^"]+)"', pager)


class OpenList:
    """A page of the list as its script keeps it: changed by what the server tells, only so."""

    def __init__(self, site: Site, address: str, *, keeps_order: bool = False) -> None:
        self.site, self.address = site, address
        self.keeps_order = keeps_order  # of what the server tells, where that is not by UID
        self.load()

    def load(self) -> None:
        page = self.site.text(self.address)
        found = re.search(r'<section class="list"[^>]*>', page)
        assert found is not None
        self.marks = dict(re.findall(r'data-([a-z]+)="([^"]*)"', found[0]))
        self.rows = rows_of(page)
        self.pager = page

    def follow(self) -> None:
        """Ask for the changes and do what the answer says."""
        query = html.unescape(self.address).partition("?")[2]
        asked = {**dict(each.split("=") for each in query.split("&") if each)}
        asked |= {name: self.marks[name] for name in ("validity", "modseq", "messages")}
        asked["known"] = ",".join(map(str, sorted(self.rows)))
        answer: Any = self.site.client.get("/mail/INBOX/changes/", asked)
        words = answer.json()
        self.marks["modseq"] = str(words["modseq"])
        if words["page"] is None:
            assert not words["vanished"]
            return
        if not words["page"]["uids"] or words["page"]["url"] != html.unescape(self.marks["url"]):
            self.load()
            return
        self.marks["messages"] = str(words["page"]["messages"])
        self.pager = words["page"]["pager"] + "</span></div>"
        made = {row["uid"] for row in words["rows"]}
        uids = [
            uid
            for low, _, high in (each.partition(":") for each in words["page"]["uids"].split(","))
            for uid in range(int(low), int(high or low) + 1)
        ]
        assert set(uids) <= made | set(self.rows)  # nothing is missing that was not sent
        self.rows = uids if self.keeps_order else sorted(uids, reverse=True)


def change(site: Site, turn: random.Random, uids: list[int]) -> None:
    """Something happens in another program."""
    site.imap.select("INBOX")
    some = turn.sample(uids, min(len(uids), turn.choice([1, 1, 3, 20])))
    what = turn.choice(["arrive", "arrive", "expunge", "move", "flag"])
    match what if some else "arrive":
        case "arrive":
            uids += [site.put(letter("wanted")) for _ in range(turn.choice([1, 3]))]
        case "flag":
            site.imap.uid("STORE", ",".join(map(str, some)), "+FLAGS", "(\\Flagged)")
        case "move":
            site.imap.uid("MOVE", ",".join(map(str, some)), "Archive")
            uids[:] = [uid for uid in uids if uid not in some]
        case "expunge":
            site.imap.uid("STORE", ",".join(map(str, some)), "+FLAGS", "(\\Deleted)")
            site.imap.expunge()
            uids[:] = [uid for uid in uids if uid not in some]


@pytest.mark.parametrize("window", ["", "?before={middle}", "?after={middle}", "?q=wanted"])
def test_rows_order_and_range_are_those_of_the_folder(site: Site, window: str) -> None:
    turn = random.Random(window)
    uids = [site.put(letter("wanted")) for _ in range(110)]
    opened = OpenList(site, "/mail/INBOX/" + window.format(middle=uids[55]))
    for _ in range(25):
        change(site, turn, uids)
        opened.follow()
        fresh = site.text(opened.address)
        assert opened.rows == rows_of(fresh)
        assert PAGER.findall(opened.pager)[:1] == PAGER.findall(fresh)[:1]
        assert links_of(opened.pager) == links_of(fresh)
