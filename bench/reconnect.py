"""Coming back to 100,000 messages after a lost link: octets, round trips and time.

Everything from the TCP connection on is counted. Meanwhile 5 flags were changed, 2 messages
were new and 3 were expunged.
"""

from __future__ import annotations

import re
import statistics
import time

from . import letters
from .figures import Figure
from .imap import Imap
from .server import PASSWORD, Server

NAME = "quick reconnect, 100,000 messages"
RUNS = 5


def _state(server: Server, user: str) -> tuple[int, int]:
    imap = Imap(server.host, server.imap_port)
    imap.login(user, PASSWORD)
    text = b"\n".join(imap.command(b"SELECT huge (CONDSTORE)"))
    imap.close()
    validity = re.search(rb"UIDVALIDITY (\d+)", text)
    modseq = re.search(rb"HIGHESTMODSEQ (\d+)", text)
    assert validity and modseq
    return int(validity[1]), int(modseq[1])


def _meanwhile(server: Server, user: str, round_number: int) -> None:
    imap = Imap(server.host, server.imap_port)
    imap.login(user, PASSWORD)
    imap.command(b"SELECT huge")
    sign = b"+-"[round_number % 2 : round_number % 2 + 1]
    imap.command(b"STORE 11:15 %sFLAGS.SILENT (\\Flagged)" % sign)
    imap.command(b"STORE 101:103 +FLAGS.SILENT (\\Deleted)")
    imap.command(b"EXPUNGE")
    for number in range(2):
        message = letters.letter(900_000 + round_number * 2 + number, 1500)
        tag = imap.tag()
        imap.send(tag + b" APPEND huge {%d+}\r\n%s\r\n" % (len(message), message))
        imap.until(tag)
    imap.close()


def _reconnect(server: Server, user: str, state: tuple[int, int], pipelined: bool) -> list[float]:
    start = time.perf_counter()
    imap = Imap(server.host, server.imap_port)
    select = b"SELECT huge (QRESYNC (%d %d))" % state
    commands = [f"LOGIN {user} {PASSWORD}".encode(), b"ENABLE QRESYNC", select]
    if pipelined:
        tags = [imap.tag() for _ in commands]
        imap.send(b"".join(b"%s %s\r\n" % pair for pair in zip(tags, commands, strict=True)))
        for tag in tags:
            imap.until(tag)
    else:
        for command in commands:
            imap.command(command)
    spent = (time.perf_counter() - start) * 1000
    imap.close()
    # The greeting is a round trip too.
    return [imap.received, imap.sent, imap.round_trips + 1, spent]


def run(server: Server, user: str) -> list[Figure]:
    figures = []
    for label, pipelined in (("QRESYNC", False), ("QRESYNC pipelined", True)):
        rounds = []
        for number in range(RUNS):
            state = _state(server, user)
            _meanwhile(server, user, number)
            rounds.append(_reconnect(server, user, state, pipelined))
        received, sent, trips, spent = (
            statistics.median(column) for column in zip(*rounds, strict=True)
        )
        figures += [
            Figure(NAME, f"{label}: octets received", received, ""),
            Figure(NAME, f"{label}: octets sent", sent, ""),
            Figure(NAME, f"{label}: round trips", trips, ""),
            Figure(NAME, f"{label}: time", spent, "ms"),
        ]
    return figures
