"""``python -m bench.peers [NAME…]``: the same work for Dovecot and for us, and who is faster."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from . import append, delivery, large, listing, mailboxes, mixed, reconnect, search, sessions
from .dovecot import FOLDER, Dovecot, NoPackages, install
from .figures import Figure, middle
from .host import Host
from .server import Server

WORKLOADS: dict[str, Callable[[Host], list[Figure]]] = {
    "append": append.run,
    "delivery": delivery.run,
    "large": large.run,
    "mixed": mixed.run,
    "logins": sessions.logins,
}
# These need the two filled mailboxes.
READING: dict[str, Callable[[Host], list[Figure]]] = {
    "listing": listing.run,
    "search": search.run,
    "reconnect": reconnect.standard,
}
REPEATABLE = ("append", "delivery", "logins")
MORE_IS_BETTER = ("/s", "MB/s")
OURS = "Lemonade"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.peers", description=__doc__)
    names = [*WORKLOADS, *READING]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=1, help="medians of so many [1]")
    parser.add_argument("--processes", type=int, default=1, help="mail processes of ours [1]")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help=f"where Dovecot is unpacked [{FOLDER}]"
    )
    parser.add_argument("--json", type=Path, default=Path("var/peers.json"))
    arguments = parser.parse_args()
    chosen = arguments.names or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    try:
        programs = install(arguments.folder)
        with ExitStack() as stack:
            hosts: dict[str, Host] = {
                f"Dovecot {kind}": stack.enter_context(closing(Dovecot(programs, kind)))
                for kind in ("maildir", "sdbox")
            }
            hosts[OURS] = stack.enter_context(closing(Server(arguments.processes)))
            figures = measure(hosts, chosen, arguments.runs)
    except NoPackages as error:
        sys.exit(f"{parser.prog}: {error}")
    save(figures, arguments.json)
    print(machine(arguments.processes))
    print(table(figures))


def measure(hosts: dict[str, Host], chosen: Sequence[str], runs: int) -> dict[str, list[Figure]]:
    """The figures of each host. All run one workload after the other, so that whatever else the
    machine does hits all.
    """
    if any(name in READING for name in chosen):
        for host in hosts.values():
            mailboxes.fill(host)
    jobs = WORKLOADS | READING
    found: dict[str, list[Figure]] = {name: [] for name in hosts}
    for workload in chosen:
        rounds: dict[str, list[list[Figure]]] = {name: [] for name in hosts}
        for _ in range(runs if workload in REPEATABLE else 1):
            for name, host in hosts.items():
                print(f"{workload}: {name}", file=sys.stderr)
                rounds[name].append(jobs[workload](host))
        for name, same in rounds.items():
            found[name] += middle(same)
    return found


def machine(processes: int) -> str:
    now = datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, Python "
        f"{platform.python_version()}, load {os.getloadavg()[2]:.1f}; mail processes of ours: "
        f"{processes}"
    )


def ratio(figure: Figure, peers: Sequence[float]) -> float | None:
    """How many times as good as the better peer; None where there is nothing to compare."""
    if not figure.unit or not peers or 0 in (figure.value, *peers):
        return None
    if figure.unit in MORE_IS_BETTER:
        return figure.value / max(peers)
    return min(peers) / figure.value


def table(figures: dict[str, list[Figure]], own: str = OURS) -> str:
    """As Markdown. Each row has the ratio of ``own`` to the better of the others: above 1 it is
    ahead.
    """
    names = list(figures)
    lines = [
        f"| | unit | {' | '.join(names)} | ratio |",
        "|---|---|" + "---:|" * (len(names) + 1),
    ]
    for same in zip(*figures.values(), strict=True):
        ours = same[names.index(own)]
        peers = [figure.value for figure in same if figure is not ours]
        compared = ratio(ours, peers)
        values = " | ".join(_format(figure.value) for figure in same)
        last = "" if compared is None else f"{compared:.2f}"
        lines.append(f"| {ours.workload}: {ours.name} | {ours.unit} | {values} | {last} |")
    return "\n".join(lines)


def _format(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def save(figures: dict[str, list[Figure]], path: Path) -> None:
    rows = {
        name: {f"{one.workload}: {one.name}": one.value for one in found}
        for name, found in figures.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
