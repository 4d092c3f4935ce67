"""``python -m bench [NAME…]``: run the workloads and print the figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from . import append, delivery, forward, listing, mailboxes, reconnect, sessions
from .figures import Figure, save, table
from .server import Server

# Those that read need the two filled mailboxes.
ALONE: dict[str, Callable[[Server], list[Figure]]] = {
    "append": append.run,
    "delivery": delivery.run,
    "forward": forward.run,
}
READING: dict[str, Callable[[Server, str], list[Figure]]] = {
    "listing": listing.run,
    "reconnect": reconnect.run,
    "sessions": sessions.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    names = [*ALONE, *READING]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    arguments = parser.parse_args()
    chosen = arguments.names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    server = Server()
    try:
        for name in chosen:
            if name in ALONE:
                figures += ALONE[name](server)
        if reading := [name for name in chosen if name in READING]:
            user = server.add_account("reader")
            mailboxes.fill(server, user)
            for name in reading:
                figures += READING[name](server, user)
    finally:
        server.close()
    print(table(figures))
    save(figures, arguments.json)
    print(f"\nalso in {arguments.json}")


if __name__ == "__main__":
    main()
