"""Coming back to 100,000 messages after a lost link: octets, round trips and time.

Everything from the TCP connection on is counted. Meanwhile 5 flags were changed, 2 messages
were new and 3 were expunged; at the last, nothing happened.
"""

from __future__ import annotations

import re
import statistics
import time

from . import sample_messages
from .figures import Figure
from .host import PASSWORD, Host
from .imap import Imap, ProtocolTrouble

NAME = "quick reconnect, 100,000 messages"
RUNS = 5


def known_state(server: Host) -> tuple[int, int, int]:
    """UIDVALIDITY, HIGHESTMODSEQ and UIDNEXT, as a client keeps them."""
    imap = server.imap("reader")
    text = b"\n".join(imap.command(b"SELECT huge (CONDSTORE)"))
    imap.close()
    names = (b"UIDVALIDITY", b"HIGHESTMODSEQ", b"UIDNEXT")
    found = [re.search(name + rb" (\d+)", text) for name in names]
    validity, modseq, uidnext = (int(match[1]) for match in found if match)
    return validity, modseq, uidnext


def meanwhile(server: Host, round_number: int) -> None:
    imap = server.imap("reader")
    imap.command(b"SELECT huge")
    sign = b"+-"[round_number % 2 : round_number % 2 + 1]
    imap.command(b"STORE 11:15 %sFLAGS.SILENT (\\Flagged)" % sign)
    imap.command(b"STORE 101:103 +FLAGS.SILENT (\\Deleted)")
    imap.command(b"EXPUNGE")
    for number in range(2):
        message = sample_messages.sample_message(900_000 + round_number * 2 + number, 1500)
        tag = imap.tag()
        imap.send(tag + b" APPEND huge {%d+}\r\n%s\r\n" % (len(message), message))
        imap.until(tag)
    imap.close()


def begin(server: Host) -> str:
    """The id of a resumable session with the mailbox selected, whose connection was lost."""
    imap = Imap(server.host, server.imap_port)
    told = imap.command(f"LOGIN {server.address('reader')} {PASSWORD} (NEWSID)".encode())
    imap.command(b"SELECT huge (CONDSTORE)")
    imap.close()
    sid = next(line.split()[2] for line in told if line.startswith(b"* NEWSID "))
    return sid.decode()


def _resume(server: Host, sid: str, state: tuple[int, int, int]) -> list[float]:
    """LOGIN (SID …) with the known UIDs: all of it is one command."""
    validity, modseq, last = state
    start = time.perf_counter()
    imap = Imap(server.host, server.imap_port)
    login = f"LOGIN {server.address('reader')} {PASSWORD}"
    lines = imap.command(f"{login} (SID {sid} {validity} {modseq} 1:{last})".encode())
    spent = (time.perf_counter() - start) * 1000
    if b"* FOLDER huge" not in lines:
        raise ProtocolTrouble("the session was not resumed")
    imap.close()
    return [imap.received, imap.sent, imap.round_trips + 1, spent]


def _resume_times(server: Host, busy: bool) -> list[list[float]]:
    """Resume one session again and again; ``busy``: something happened meanwhile."""
    sid = begin(server)
    rows = []
    for number in range(RUNS):
        validity, modseq, uidnext = known_state(server)
        if busy:
            meanwhile(server, 1_000 + number)
        rows.append(_resume(server, sid, (validity, modseq, uidnext - 1)))
    return rows


def _figures(label: str, rows: list[list[float]]) -> list[Figure]:
    received, sent, trips, spent = (statistics.median(column) for column in zip(*rows, strict=True))
    return [
        Figure(NAME, f"{label}: octets received", received, "octets"),
        Figure(NAME, f"{label}: octets sent", sent, "octets"),
        Figure(NAME, f"{label}: round trips", trips, ""),
        Figure(NAME, f"{label}: time", spent, "ms"),
    ]


def _reconnect(server: Host, commands: list[bytes], pipelined: bool) -> list[float]:
    login = f"LOGIN {server.address('reader')} {PASSWORD}".encode()
    start = time.perf_counter()
    imap = Imap(server.host, server.imap_port)
    if pipelined:
        tagged = [(imap.tag(), command) for command in (login, *commands)]
        imap.send(b"".join(b"%s %s\r\n" % pair for pair in tagged))
        for tag, _ in tagged:
            imap.until(tag)
    else:
        for command in (login, *commands):
            if b"FETCH" in command:
                imap.stream(command)
            else:
                imap.command(command)
    spent = (time.perf_counter() - start) * 1000
    imap.close()
    # The greeting is a round trip too.
    return [imap.received, imap.sent, imap.round_trips + 1, spent]


def run(server: Host) -> list[Figure]:
    """By standard means, and by LOGIN's own argument."""
    figures = standard(server)
    figures += _figures("LOGIN (SID …)", _resume_times(server, busy=True))
    figures += _figures("LOGIN (SID …), nothing changed", _resume_times(server, busy=False))
    return figures


def standard(server: Host) -> list[Figure]:
    """What any server with QRESYNC can do."""
    qresync = [b"ENABLE QRESYNC", b"SELECT huge (QRESYNC (%d %d))"]
    known = [b"ENABLE QRESYNC", b"SELECT huge (QRESYNC (%d %d 1:%d))"]
    ways = (
        ("all FLAGS again", [b"SELECT huge", b"UID FETCH 1:* (FLAGS)"], False),
        ("QRESYNC", qresync, False),
        ("QRESYNC pipelined", qresync, True),
        ("QRESYNC with known UIDs, pipelined", known, True),
    )
    figures = []
    round_number = 0
    for label, commands, pipelined in ways:
        rows = []
        for _ in range(RUNS):
            validity, modseq, uidnext = known_state(server)
            meanwhile(server, round_number)
            round_number += 1
            state = (validity, modseq, uidnext - 1)
            said = [command % state[: command.count(b"%d")] for command in commands]
            rows.append(_reconnect(server, said, pipelined))
        figures += _figures(label, rows)
    return figures
