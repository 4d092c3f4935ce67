"""``python -m bench [NAME…]``: run the workloads and print the figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from . import (
    append,
    calibration,
    conversations,
    crowd,
    delivery,
    fifty,
    forward,
    large,
    listing,
    mailboxes,
    mixed,
    reconnect,
    relay,
    search,
    sessions,
    submission,
)
from .figures import Figure, middle, save, table
from .server import Server

# Each is run several times; of each figure the median counts.
REPEATED: dict[str, Callable[[Server], list[Figure]]] = {
    "calibration": calibration.run,
    "append": append.run,
    "delivery": delivery.run,
}
ONCE: dict[str, Callable[[Server], list[Figure]]] = {
    "submission": submission.run,
    "fifty": fifty.run,
    "relay": relay.run,
    "forward": forward.run,
    "large": large.run,
    "mixed": mixed.run,
    "crowd": crowd.run,
}
# These need the two filled mailboxes, and repeat what needs it themselves.
READING: dict[str, Callable[[Server], list[Figure]]] = {
    "listing": listing.run,
    "search": search.run,
    "conversations": conversations.run,
    "reconnect": reconnect.run,
    "sessions": sessions.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    names = [*REPEATED, *ONCE, *READING]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=3, help="of what is repeated [3]")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    arguments = parser.parse_args()
    chosen = arguments.names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    server = Server()
    try:
        for name in chosen:
            if name in REPEATED:
                figures += middle([REPEATED[name](server) for _ in range(arguments.runs)])
            elif name in ONCE:
                figures += ONCE[name](server)
        if reading := [name for name in chosen if name in READING]:
            mailboxes.fill(server)
            for name in reading:
                figures += READING[name](server)
    finally:
        server.close()
    print(table(figures))
    save(figures, arguments.json)
    print(f"\nalso in {arguments.json}")


if __name__ == "__main__":
    main()
