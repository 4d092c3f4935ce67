"""A client that only idles ends up knowing what a fresh look shows (RFC 2177, B-01 to B-07).

Others append, flag, move, expunge and rename at random. It takes what it is told, and asks for
nothing but the UIDs of new messages.

Shows: IDLE.
"""

from __future__ import annotations

import random
from contextlib import closing

import pytest

from .client import Client
from .conftest import Served
from .crowd import FLAGS, KINDS, Crowd, crowd
from .histories import Histories

STEPS = 12


def act(others: Crowd, dice: random.Random, count: int) -> None:
    for _ in range(count):
        others.step(dice.choice(KINDS), dice.randrange(30), dice.randrange(len(FLAGS)))


def hear(listener: Client, tag: bytes, keyword: str) -> None:
    """Take what comes until the anchor's keyword is told, and end the IDLE."""
    while keyword.encode() not in listener.read_line():
        continue
    listener.end_idle(tag)


def history(others: Crowd, listener: Client, dice: random.Random) -> None:
    """Idle once or several times; in the end all is known."""
    listener.select(others.name)
    for turn in range(dice.randint(1, 3)):
        act(others, dice, dice.randrange(3))  # what is pending when it begins to idle
        tag = listener.start_idle()
        act(others, dice, STEPS)
        others.mark(f"$Mark{turn}")
        hear(listener, tag, f"$Mark{turn}")
        if dice.random() < 0.7:
            listener.learn()
    listener.learn()
    assert dict(zip(listener.uids, listener.flags, strict=True)) == others.truth()
    listener.ok("UNSELECT")


@pytest.mark.parametrize("qresync", [False, True], ids=["plain", "qresync"])
def test_who_only_idles_knows_all(served: Served, histories: Histories, qresync: bool) -> None:
    email = served.server.add_account()
    with (
        crowd(served.faces, email) as others,
        closing(Client(served.faces[0], email, qresync)) as listener,
    ):
        for seed in histories.seeds(usual=12):
            others.begin(f"box{seed}")
            history(others, listener, random.Random(seed))
            others.end()
