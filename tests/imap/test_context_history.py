"""A client that only listens keeps its results right by ADDTO and REMOVEFROM alone (L-11).

Others append, flag, copy, move and expunge at random, and so does the client itself; now and then
it runs a command during which EXPUNGE may or may not be told. In the end each result that it keeps
is what the same command finds afresh.

Shows: CONTEXT=SEARCH, CONTEXT=SORT.
"""

from __future__ import annotations

import random
import re
from contextlib import ExitStack, closing
from dataclasses import dataclass

from .client import Client
from .conftest import Served
from .histories import Histories
from .kept import follow, numbers
from .pair import Face

STEPS = 9
MOST = 25  # messages that a history begins with, or fewer
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Deleted", "$Label")
SUBJECTS = ("a", "Re: b", "c", "B", "")
SENDERS = ("Zoe <a@x.test>", "adam@x.test", "Émile <b@x.test>")
SEARCHES = (
    "UID SEARCH RETURN (ALL UPDATE) FLAGGED",
    "SEARCH RETURN (ALL UPDATE) UNSEEN",
    "SEARCH RETURN (UPDATE ALL) OR KEYWORD $Label SUBJECT b",
    "UID SEARCH RETURN (ALL UPDATE CONTEXT) UNDELETED HEADER X-Even yes",
    "UID SEARCH RETURN (ALL UPDATE) NOT UID 3:*",
    "SEARCH RETURN (ALL UPDATE) UID * UNFLAGGED",
    "SEARCH RETURN (ALL UPDATE) RECENT",
    "UID SEARCH RETURN (ALL UPDATE) OLDER 3600",
    "UID SORT RETURN (ALL UPDATE) (REVERSE SUBJECT) UTF-8 UNDELETED",
    "SORT RETURN (ALL UPDATE) (SIZE REVERSE ARRIVAL) UTF-8 NOT SEEN",
    "UID SORT RETURN (ALL UPDATE) (DISPLAYFROM SUBJECT) UTF-8 ALL",
    "SORT RETURN (UPDATE ALL) (REVERSE FROM REVERSE DATE) UTF-8 OR ANSWERED FLAGGED",
    "UID SORT RETURN (ALL UPDATE) (DATE) UTF-8 UID 2:* UNANSWERED",
    "UID SORT RETURN (ALL UPDATE) (REVERSE MODSEQ) UTF-8 ALL",
    "SORT RETURN (ALL UPDATE) (SUBJECT MODSEQ REVERSE UID) UTF-8 UNDELETED",
)
_TAG = re.compile(rb'\* ESEARCH \(TAG "(\w+)"\)( UID)?(?: ALL (\S+))?')


@dataclass
class Kept:
    """A result and the command that it came from; UIDs or numbers."""

    command: str
    by_uid: bool
    result: list[int]


class Listener(Client):
    """Keeps results. EXPUNGE shifts the numbers in those that hold numbers."""

    def __init__(self, server: Face, email: str) -> None:
        self.kept: dict[bytes, Kept] = {}
        super().__init__(server, email)

    def keep(self, command: str) -> None:
        """Search, and keep the result."""
        tag = self.send(command)
        self.kept[tag] = Kept(command, command.startswith("UID"), [])
        assert self.finish(tag).startswith(b"OK"), command

    def afresh(self, command: str) -> list[int]:
        """What the command finds now."""
        self.ok(re.sub(r"\(.*?\)", "(ALL)", command, count=1))
        found = [_TAG.match(line) for line in self.other if line.startswith(b"* ESEARCH")]
        assert len(found) == 1 and found[0] is not None, self.other
        return numbers(found[0][3]) if found[0][3] else []

    def _take(self, line: bytes) -> None:
        words = line.split()
        if words[2:] == [b"EXPUNGE"]:
            gone = int(words[1])
            for kept in self.kept.values():
                if not kept.by_uid:
                    assert gone not in kept.result, "REMOVEFROM comes before EXPUNGE"
                    kept.result = [n - (n > gone) for n in kept.result]
        found = _TAG.match(line)
        context = self.kept.get(found[1]) if found else None
        if found is None or context is None:
            super()._take(line)
            return
        assert bool(found[2]) == context.by_uid, line
        if found[3]:
            context.result = numbers(found[3])
        context.result = follow(context.result, line)
        if not context.by_uid:
            assert all(1 <= n <= len(self.uids) for n in context.result), "after its EXISTS"


def letter(dice: random.Random) -> bytes:
    even = "X-Even: yes\r\n" if dice.random() < 0.5 else ""
    return (
        f"From: {dice.choice(SENDERS)}\r\nSubject: {dice.choice(SUBJECTS)}\r\n{even}"
        f"Date: {dice.randint(1, 9)} Mar 2020 12:00:00 +0000\r\n\r\n{'x' * dice.randint(0, 3)}"
    ).encode()


def append(client: Client, dice: random.Random, mailbox: str) -> None:
    """One message, or two at once."""
    line = b"APPEND " + mailbox.encode()
    for _ in range(dice.choice((1, 1, 2))):
        octets = letter(dice)
        flags = " ".join(dice.sample(FLAGS, dice.randint(0, 2)))
        year = dice.choice((2020, 2100))
        line += f' ({flags}) "0{dice.randint(1, 9)}-Mar-{year} 12:00:00 +0000"'.encode()
        line += b" {%d+}\r\n%b" % (len(octets), octets)
    client.ok(line)


def act(client: Client, dice: random.Random) -> None:
    """A random change; what concerns messages that are gone may be refused."""
    known = [uid for uid in client.uids if uid]
    uids = sorted(dice.sample(known, min(len(known), dice.randint(1, 4))))
    chosen = ",".join(map(str, uids)) or "1"
    sign, flag = dice.choice("+-"), dice.choice(FLAGS)
    match dice.randrange(10):
        case 0 | 1:
            append(client, dice, "Work")
        case 2:
            client.finish(client.send(f"UID COPY {chosen} Work"))
        case 3:
            client.finish(client.send(f"UID MOVE {chosen} Trash"))
        case 4:
            client.ok(f"UID STORE {chosen} +FLAGS (\\Deleted)")
            client.ok(f"UID EXPUNGE {chosen}")
        case 5:
            client.ok("EXPUNGE")
        case 6:  # a name is nothing to who has the mailbox open; others need it back
            client.finish(client.send("RENAME Work Elsewhere"))
            client.finish(client.send("RENAME Elsewhere Work"))
        case _:
            client.ok(f"UID STORE {chosen} {sign}FLAGS ({flag})")
    client.learn()


def listen(client: Listener, dice: random.Random) -> None:
    """A command that hears of changes, of EXPUNGE or not."""
    match dice.randrange(6):
        case 0:
            client.ok("NOOP")
        case 1 if client.uids:
            client.finish(client.send("FETCH 1:* (UID)"))
        case 2:
            client.ok("SEARCH SEEN")
        case 3:
            client.end_idle(client.start_idle())
        case 4 if client.kept and dice.random() < 0.3:
            tag = dice.choice(sorted(client.kept))
            del client.kept[tag]  # an EXPUNGE behind the end of it has no REMOVEFROM
            client.ok(b'CANCELUPDATE "%b"' % tag)
        case _:
            act(client, dice)


def begin(listener: Listener, others: list[Client], dice: random.Random) -> None:
    """Go on with what the history before has left, if it is not too much; keep four results."""
    listener.kept.clear()
    for client in others:
        client.select("Work")
    if len(others[0].uids) > MOST:
        others[0].ok(f"UID MOVE {others[0].uids[MOST]}:* Trash")
    listener.select("Work")
    for command in dice.sample(SEARCHES, 4):
        listener.keep(command)


def test_what_it_keeps_is_what_it_finds(served: Served, histories: Histories) -> None:
    email = served.server.add_account()
    changes = 0
    with ExitStack() as stack:
        listener = stack.enter_context(closing(Listener(served.faces[0], email)))
        others = [
            stack.enter_context(closing(Client(face, email)))
            for face in (served.faces[0], served.faces[-1])
        ]
        for name in ("Work", "Trash"):
            listener.finish(listener.send(f"CREATE {name}"))  # it may be there
        for seed in histories.seeds(usual=24):
            dice = random.Random(seed)
            begin(listener, others, dice)
            before = {tag: kept.result for tag, kept in listener.kept.items()}
            for _ in range(STEPS):
                act(dice.choice(others), dice)
                if dice.random() < 0.5:
                    listen(listener, dice)
            listener.ok("NOOP")
            for tag, kept in listener.kept.items():
                assert kept.result == listener.afresh(kept.command), (seed, kept)
                changes += kept.result != before[tag]
    assert changes > histories.done, "the histories must change the results"
