"""A server at the other end of a slow link, and what a job costs there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from .host import PASSWORD
from .imap import Imap
from .server import Server
from .slow_link import Link, SlowLink
from .smtp import SmtpClient

LONGEST = 15.0
"""Seconds that anybody waits for a figure: a job that takes longer is played faster."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a job, on the link as it says. ``haste``: so many times as fast it was played."""

    sent: int  # octets
    received: int  # octets
    seconds: float
    haste: float


class FarServer:
    """The ports of a server, behind a link."""

    def __init__(self, server: Server, link: SlowLink) -> None:
        self._ports = link.ports
        self.server = server
        self.host = server.host
        self.link = link
        self.address = server.address

    def port(self, real: int) -> int:
        """Where a port of the server is reached over the link."""
        return self._ports[real]

    def connect(self) -> Imap:
        """An IMAP connection, not logged in."""
        return Imap(self.host, self.port(self.server.imap_port))

    def imap(self, name: str) -> Imap:
        imap = self.connect()
        imap.login(self.address(name), PASSWORD)
        return imap

    def smtp(self, name: str) -> SmtpClient:
        port = self.port(self.server.submission_port)
        return SmtpClient(self.host, port, self.address(name), PASSWORD)


Job = Callable[[], object]
Preparation = Callable[[FarServer], Job]
"""What is there before a job is begun, which does not count; it gives the job."""


def cost(server: Server, link: Link, prepare: Preparation, octets: int) -> Cost:
    """Do a job over a link. ``octets`` it moves, about: where these take longer than ``LONGEST``
    seconds the link is played faster, rate and round trip alike.
    """
    haste = max(1.0, round(octets * 8 / link.rate / LONGEST))
    ports = [server.imap_port, server.submission_port, server.web_port]
    with SlowLink(replace(link, haste=haste), server.host, ports) as slow:
        job = prepare(FarServer(server, slow))
        before = slow.up.octets, slow.down.octets
        start = time.perf_counter()
        job()
        seconds = (time.perf_counter() - start) * haste
        sent, received = slow.up.octets - before[0], slow.down.octets - before[1]
    return Cost(sent, received, seconds, haste)
