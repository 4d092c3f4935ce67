"""A client that only listens, after NOTIFY, ends up knowing what a fresh look shows (RFC 5465).

Shows: NOTIFY.
"""

from __future__ import annotations

import random
import re
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from .client import Client
from .conftest import Served
from .histories import Histories
from .pair import Face

STEPS = 45
MOST = 20  # messages that a history begins with, or fewer
MOST_NAMES = 20
MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
NOTIFY = (
    "NOTIFY SET STATUS (selected (MessageNew (FLAGS) MessageExpunge FlagChange))"
    " (personal (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange))"
)
ITEMS = "MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ"
NAMES = ("A", "B", "A/x", "A/y", "B/x", "C")
_LIST = re.compile(rb'\* LIST \(([^)]*)\) "/" (\S+?)(?: \("OLDNAME" \((\S+)\)\))?\r\n')
_STATUS = re.compile(rb"\* STATUS (\S+) \(([^)]*)\)\r\n")


@dataclass
class Folders:
    """What a client knows of names, subscriptions and counters."""

    counters: dict[bytes, dict[bytes, int]] = field(default_factory=dict)
    subscribed: set[bytes] = field(default_factory=set)

    def take(self, line: bytes) -> None:
        """Believe a LIST or STATUS response."""
        if found := _LIST.fullmatch(line):
            attributes, name, old = found[1].split(), found[2], found[3]
            if old:
                self._move(old, name)
            (self.subscribed.add if b"\\Subscribed" in attributes else self.subscribed.discard)(
                name
            )
            if b"\\NonExistent" in attributes or b"\\Noselect" in attributes:
                self.counters.pop(name, None)
            else:
                self.counters.setdefault(name, {b"MESSAGES": 0, b"UIDNEXT": 1, b"UNSEEN": 0})
        elif found := _STATUS.fullmatch(line):
            words = found[2].split()
            received = dict(zip(words[::2], map(int, words[1::2]), strict=True))
            self.counters.setdefault(found[1], {}).update(received)

    def _move(self, old: bytes, new: bytes) -> None:
        for name in list(self.counters):
            if name == old or name.startswith(old + b"/"):
                self.counters[new + name[len(old) :]] = self.counters.pop(name)


def look(client: Client) -> Folders:
    """A fresh look at all folders."""
    folders = Folders()
    client.ok(f'LIST "" * RETURN (SUBSCRIBED STATUS ({ITEMS}))')
    for line in client.other:
        folders.take(line)
    client.ok('LIST (SUBSCRIBED) "" *')
    for line in client.other:
        folders.take(line)
    return folders


def act(client: Client, dice: random.Random) -> None:
    """A random change by somebody else; some are refused, which changes nothing."""
    name, other = dice.choice(NAMES), dice.choice(NAMES)
    appended = dice.choice(("INBOX", "Archive", name)).encode()
    match dice.randrange(12):
        case 0 | 1 | 2:
            line = b"APPEND %b {%d+}\r\n%b" % (appended, len(MESSAGE), MESSAGE)
        case 3:
            line = b"CREATE " + name.encode()
        case 4:
            line = b"DELETE " + name.encode()
        case 5 | 6:
            line = f"RENAME {name} {other}".encode()
        case 7:
            line = f"{dice.choice(('SUBSCRIBE', 'UNSUBSCRIBE'))} {name}".encode()
        case 8:
            line = f"SELECT {dice.choice(('INBOX', 'Archive'))}".encode()
        case 9:
            flag = dice.choice(("\\Seen", "\\Deleted", "\\Flagged"))
            line = f"UID STORE 1:* {dice.choice('+-')}FLAGS.SILENT ({flag})".encode()
        case 10:
            line = b"UID MOVE %d:* %b" % (dice.randint(1, 9), appended)
        case _:
            line = b"EXPUNGE"
    if line.startswith(b"SELECT"):
        client.uids, client.flags = [], []
    client.finish(client.send(line))


def listen(client: Client, folders: Folders, until: bytes) -> None:
    """Take what comes, with no command, until a LIST names ``until``."""
    while True:
        line = client.read_line()
        folders.take(line)
        found = _LIST.fullmatch(line)
        if found and found[2] == until:
            return


def compare(listener: Client, folders: Folders, fresh: Client, condstore: bool) -> None:
    truth = look(fresh)
    fresh.select()
    assert listener.uids == fresh.uids
    strip = [flags - {b"\\Recent"} for flags in listener.flags if flags is not None]
    assert strip == [flags - {b"\\Recent"} for flags in fresh.flags if flags is not None]
    if not condstore:  # then its changes are not told
        for counters in folders.counters.values():
            counters.pop(b"HIGHESTMODSEQ", None)
    truth.counters.pop(b"INBOX")
    folders.counters.pop(b"INBOX", None)
    assert folders.counters.keys() == truth.counters.keys()
    for name, received in folders.counters.items():
        assert received == {key: truth.counters[name][key] for key in received}, name
    assert folders.subscribed == truth.subscribed


def clear(client: Client) -> None:
    """Leave some names and messages to the next history, but not all."""
    client.ok('LIST "" "*"')
    names = [line.split()[-1] for line in client.other]
    for name in sorted(names, reverse=True):  # what is below another one goes first
        many = len(names) > MOST_NAMES and name.split(b"/")[0].decode() in NAMES
        if many or name.startswith(b"End"):
            client.finish(client.send(b"DELETE " + name))
    client.select()
    if len(client.uids) > MOST:
        client.ok(f"UID STORE {client.uids[MOST]}:* +FLAGS.SILENT (\\Deleted)")
        client.ok("EXPUNGE")
    client.ok("UNSELECT")


def history(listener: Client, others: list[Client], seed: int) -> None:
    dice = random.Random(seed)
    listener.ok("NOTIFY NONE")
    clear(others[0])
    folders = look(others[0])
    condstore = seed % 2 == 1
    listener.select("INBOX", " (CONDSTORE)" if condstore else "")
    listener.ok(NOTIFY)
    for line in listener.other:
        folders.take(line)
    for number in range(STEPS):
        act(dice.choice(others), dice)
        if number % 15 == 14:
            # One mark each: two processes tell the listener's apart, in no common order.
            for which, other in enumerate(others):
                end = f"End{number}.{which}"
                other.ok(f"CREATE {end}")
                listen(listener, folders, end.encode())
    compare(listener, folders, others[0], condstore)


def test_a_client_that_only_listens_knows_all(served: Served, histories: Histories) -> None:
    email = served.server.add_account()
    with ExitStack() as stack:

        def client(face: Face) -> Client:
            return stack.enter_context(closing(Client(face, email)))

        # CONDSTORE can't be taken back in a session (RFC 7162 §3.1).
        listeners = [client(served.faces[0]) for _ in range(2)]
        others = [client(face) for face in (served.faces[0], served.faces[-1], served.faces[-1])]
        for seed in histories.seeds(usual=12):
            history(listeners[seed % 2], others, seed)
