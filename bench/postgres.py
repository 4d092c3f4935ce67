"""``python -m bench.postgres URL [NAME…]``: the same work on SQLite and on PostgreSQL."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from .host import Host
from .peers import READING, WORKLOADS, machine, measure, save, table
from .server import Server

POSTGRESQL = "PostgreSQL"


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The URL of an empty database beside the one of ``url``; it is dropped in the end."""
    name = f"lemonade_bench_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def settings_of(url: str) -> str:
    """What the server has set of that on which its speed and its safety depend."""
    wanted = "server_version", "fsync", "synchronous_commit", "commit_delay", "shared_buffers"
    with psycopg.connect(url) as connection:
        found = [(name, connection.execute(f"SHOW {name}").fetchone()) for name in wanted]
    return "PostgreSQL: " + ", ".join(f"{name} {row[0]}" for name, row in found if row)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.postgres", description=__doc__)
    parser.add_argument("url", metavar="URL", help="postgresql://…, by one who may make databases")
    names = [*WORKLOADS, *READING]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=1, help="medians of so many [1]")
    parser.add_argument("--processes", type=int, default=1, help="mail processes [1]")
    parser.add_argument("--json", type=Path, default=Path("var/postgres.json"))
    arguments = parser.parse_args()
    chosen = arguments.names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    with ExitStack() as stack:
        url = stack.enter_context(new_database(arguments.url))
        hosts: dict[str, Host] = {
            "SQLite": stack.enter_context(closing(Server(arguments.processes))),
            POSTGRESQL: stack.enter_context(closing(Server(arguments.processes, url))),
        }
        figures = measure(hosts, chosen, arguments.runs)
        settings = settings_of(url)
    save(figures, arguments.json)
    print(machine(arguments.processes))
    print(settings)
    print(table(figures, POSTGRESQL))


if __name__ == "__main__":
    main()
