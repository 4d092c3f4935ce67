"""``python -m bench.links [JOB…]``: what users do, over links as slow as theirs.

Each job runs through a proxy with the round trip and the rate of the link. What would take an hour
is played faster, rate and round trip alike, and its time is multiplied; the table says which.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from . import far_mail, forward
from .far_server import Cost, Preparation, cost
from .far_web import WebServer, page
from .figures import Figure, save
from .slow_link import Link

LINKS = (Link("GPRS", 0.6, 64_000), Link("3G", 0.1, 1_000_000))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a job; ``octets`` it moves, about."""

    how: str
    prepare: Preparation
    octets: int


CONVERT = b'CONVERT * ("image/jpeg" (' + far_mail.SCREEN + b")) BINARY[2]"
JOBS: dict[str, tuple[str, tuple[Way, ...]]] = {
    "forward": (
        "forward an attachment of 10 MB",
        (
            Way("download and upload", partial(far_mail.forward_by, way=forward.by_download),
                3 * far_mail.ATTACHMENT),
            Way("without download", partial(far_mail.forward_by, way=forward.without_download), 0),
        ),
    ),
    "reconnect": (
        f"come back to {far_mail.MESSAGES:,} messages",
        (
            Way("classic: all flags again", partial(far_mail.come_back, how="classic"),
                40 * far_mail.MESSAGES),
            Way("CONDSTORE", partial(far_mail.come_back, how="CONDSTORE"), 0),
            Way("QRESYNC", partial(far_mail.come_back, how="QRESYNC"), 0),
            Way("RECONNECT", partial(far_mail.come_back, how="RECONNECT"), 0),
        ),
    ),
    "webmail": (
        "open the webmail's list",
        (
            Way("for the first time", partial(page, name="sender", cached=False), 0),
            Way("again, with styles and scripts kept", partial(page, name="sender", cached=True),
                0),
        ),
    ),
    "photograph": (
        "open a photograph",
        (
            Way("whole", partial(far_mail.look_at_photograph,
                command=b"FETCH * BODY.PEEK[2]"), 6_000_000),
            Way("by CONVERT, as wide as a screen",
                partial(far_mail.look_at_photograph, command=CONVERT), 0),
        ),
    ),
}  # fmt: skip


def measure(server: WebServer, names: Sequence[str]) -> list[tuple[str, str, list[Cost]]]:
    """For each way of the jobs: the job, how, and what it cost on each link."""
    if "reconnect" in names:
        words = ("reader@lemonade.test", "huge", str(far_mail.MESSAGES))
        server.run("-m", "bench.filling", *words, "--size", "1500")
    return [
        (job, way.how, [cost(server, link, way.prepare, way.octets) for link in LINKS])
        for job, ways in (JOBS[name] for name in names)
        for way in ways
    ]


def duration(seconds: float) -> str:
    """As people say it."""
    if seconds < 100:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"


def table(rows: Sequence[tuple[str, str, list[Cost]]]) -> str:
    """In Markdown; ``*``: played faster."""
    links = [
        f"{link.name}: {link.round_trip * 1000:.0f} ms, {link.rate / 1000:,.0f} kbit/s"
        for link in LINKS
    ]
    lines = [
        f"| job | how | octets up | down | {' | '.join(links)} |",
        "|---|---|--:|--:|" + "--:|" * len(links),
    ]
    for job, how, costs in rows:
        times = [duration(each.seconds) + ("*" if each.haste > 1 else "") for each in costs]
        first = costs[0]
        lines.append(
            f"| {job} | {how} | {first.sent:,} | {first.received:,} | {' | '.join(times)} |"
        )
    hasty = sorted({f"{each.haste:.0f}" for _, _, costs in rows for each in costs} - {"1"}, key=int)
    if hasty:
        lines += ["", f"\\* played {', '.join(hasty)} times as fast, and multiplied"]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.links", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="JOB", help=f"of: {', '.join(JOBS)}")
    parser.add_argument("--json", type=Path, default=Path("var/links.json"))
    arguments = parser.parse_args()
    names = arguments.names or list(JOBS)
    if unknown := set(names) - JOBS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    server = WebServer()
    try:
        rows = measure(server, names)
    finally:
        server.close()
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {machine}\n")
    print(table(rows))
    save(
        [
            Figure(f"{job}, {how}", f"{link.name}: {name}", value, unit)
            for job, how, costs in rows
            for link, each in zip(LINKS, costs, strict=True)
            for name, value, unit in (
                ("octets sent", each.sent, "octets"),
                ("octets received", each.received, "octets"),
                ("time", each.seconds * 1000, "ms"),
            )
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
