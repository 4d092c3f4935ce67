"""A client that only ever resumes, cut off at any octet, ends up knowing what a fresh look shows.

Others append, flag and expunge at random while it is away. It keeps what it has read in whole lines
before the cut; how far it knows of changes it moves on only at the end of an answer.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.mailserver import PASSWORD, MailServer

from .client import Client

HISTORIES = int(os.environ.get("LEMONADE_HISTORIES", "60"))
MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "$Label")

_SELECTED = re.compile(rb"\* OK \[(UIDVALIDITY|HIGHESTMODSEQ) (\d+)\]")
_FETCH = re.compile(rb"\* \d+ FETCH \((.*)\)")
_UID = re.compile(rb"UID (\d+)")
_WORDS = re.compile(rb"FLAGS \(([^)]*)\)")

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("append", "flag", "flag", "unflag", "expunge", "rename")),
        st.integers(0, 30),
        st.integers(0, len(FLAGS) - 1),
    ),
    max_size=8,
)
# What happens meanwhile, and after how many octets of the answer the link is cut (None: not).
VISITS = st.lists(st.tuples(STEPS, st.one_of(st.none(), st.integers(0, 900))), max_size=6)


def numbers(wire: bytes) -> list[int]:
    """The UIDs of a set."""
    found: list[int] = []
    for item in wire.split(b","):
        low, _, high = item.partition(b":")
        found += range(int(low), int(high or low) + 1)
    return found


@dataclass
class Phone:
    """The client: messages by UID with their flags, and up to where it knows of changes."""

    server: MailServer
    email: str
    sid: str = ""
    uidvalidity: int = 0
    modseq: int = 0
    known: dict[int, frozenset[bytes]] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

    def begin(self, mailbox: str) -> None:
        """The first time: a new session, and everything."""
        commands = [
            f"LOGIN {self.email} {PASSWORD} (NEWSID)",
            f"SELECT {mailbox}",
            "UID FETCH 1:* (FLAGS)",
        ]
        self.talk(commands, None)

    def resume(self, cut: int | None) -> None:
        """Come back with what is known; then, if the link lives, learn of new messages."""
        self.asked = set(self.known)
        known = "" if not self.known else " " + ",".join(map(str, sorted(self.known)))
        place = f" {self.uidvalidity} {self.modseq}{known}" if self.modseq else ""
        newest = max(self.known, default=0)
        login = f"LOGIN {self.email} {PASSWORD} (SID {self.sid}{place})"
        self.talk([login, f"UID FETCH {newest + 1}:* (FLAGS)"], cut)

    def talk(self, commands: list[str], cut: int | None) -> None:
        """Pipeline commands on a new connection and hear ``cut`` octets of the answer at most."""
        with closing(self.server.connect()) as link:
            tags = [b"t%d" % number for number in range(len(commands))]
            lines = [tag + b" " + text.encode() for tag, text in zip(tags, commands, strict=True)]
            greeting = b""
            while not greeting.endswith(b"\r\n"):
                greeting += link.recv(65536)
            link.sendall(b"\r\n".join([*lines, b""]))
            seen = dict.fromkeys((b"UIDVALIDITY", b"HIGHESTMODSEQ"), 0)
            for line in heard(link, tags[-1], cut):
                self.take(line, seen)
                if line.startswith(tags[-1]):
                    assert line.startswith(tags[-1] + b" OK"), line
                    self.uidvalidity, self.modseq = seen.values()

    def take(self, line: bytes, seen: dict[bytes, int]) -> None:
        selected = _SELECTED.match(line)
        fetched = _FETCH.match(line)
        if line.startswith(b"* NEWSID "):
            self.sid = line.split()[2].decode()
            self.known.clear()
        elif selected is not None:
            seen[selected[1]] = int(selected[2])
        elif line.startswith(b"* EXPUNGED "):
            gone = numbers(line.split()[2])
            assert not self.asked or self.asked.issuperset(gone), "known UIDs only (P-53)"
            for uid in gone:
                self.known.pop(uid, None)
        elif fetched is not None:
            uid, flags = _UID.search(fetched[1]), _WORDS.search(fetched[1])
            assert uid is not None and flags is not None, line
            self.known[int(uid[1])] = frozenset(flags[1].split()) - {b"\\Recent"}
        assert not line.startswith((b"t0 NO", b"t0 BAD")), line


def heard(link: socket.socket, last: bytes, cut: int | None) -> Iterator[bytes]:
    """Whole lines, until the one tagged ``last`` or until the link is cut."""
    data = bytearray()
    while cut is None or len(data) < cut:
        got = link.recv(65536 if cut is None else min(65536, cut - len(data)))
        if not got:
            break
        data += got
        if re.search(rb"(?:^|\r\n)" + last + rb" [^\r]*\r\n", data):
            break
    yield from bytes(data).split(b"\r\n")[:-1]


class Others:
    """Another client that changes the mailbox; its name changes too."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        client.ok(f"CREATE {name}")
        client.select(name)

    def step(self, kind: str, which: int, flag: int) -> None:
        client = self.client
        uid = client.uids[which % len(client.uids)] if client.uids else 0
        match kind:
            case "append":
                client.ok(b"APPEND %b {%d+}\r\n%b" % (self.name.encode(), len(MESSAGE), MESSAGE))
            case "flag" | "unflag" if uid:
                sign = "+" if kind == "flag" else "-"
                client.ok(f"UID STORE {uid} {sign}FLAGS ({FLAGS[flag]})")
            case "expunge" if uid:
                client.ok(f"UID STORE {uid} +FLAGS (\\Deleted)")
                client.ok(f"UID EXPUNGE {uid}")
            case "rename":
                new = f"{self.name}r"
                client.ok(f"RENAME {self.name} {new}")
                self.name = new
        client.ok("NOOP")
        client.learn()


@pytest.fixture(scope="module")
def email(mail_server: MailServer) -> str:
    return mail_server.add_account()


def test_what_it_kept_is_the_mailbox(mail_server: MailServer, email: str) -> None:
    count = 0

    @settings(
        max_examples=HISTORIES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(before=STEPS, visits=VISITS, after=STEPS)
    def check(
        before: list[Step], visits: list[tuple[list[Step], int | None]], after: list[Step]
    ) -> None:
        nonlocal count
        count += 1
        with closing(Client(mail_server, email)) as client:
            others = Others(client, f"box{count}")
            for step in [("append", 0, 0), ("append", 0, 0), *before]:
                others.step(*step)
            phone = Phone(mail_server, email)
            phone.begin(others.name)
            for steps, cut in [*visits, (after, None)]:
                for step in steps:
                    others.step(*step)
                phone.resume(cut)
            assert phone.known == dict(zip(client.uids, client.flags, strict=True))
            client.ok(f"DELETE {others.name}")

    check()
