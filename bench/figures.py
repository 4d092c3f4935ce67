"""A figure and how it is shown."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(slots=True)
class Figure:
    """One measured value, with its unit."""

    workload: str
    name: str
    value: float
    unit: str


def milliseconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return (time.perf_counter() - start) * 1000


def median_ms(job: Callable[[], object], runs: int = 5) -> float:
    return statistics.median(milliseconds(job) for _ in range(runs))


def spread(workload: str, prefix: str, times: Sequence[float]) -> list[Figure]:
    """Median and 99th percentile of times in milliseconds."""
    ordered = sorted(times)
    return [
        Figure(workload, f"{prefix} p50", ordered[len(ordered) // 2], "ms"),
        Figure(workload, f"{prefix} p99", ordered[int(len(ordered) * 0.99)], "ms"),
    ]


def middle(runs: Sequence[list[Figure]]) -> list[Figure]:
    """Of the same figures from several runs, the medians."""
    return [
        replace(same[0], value=statistics.median(figure.value for figure in same))
        for same in zip(*runs, strict=True)
    ]


def side_by_side(jobs: Sequence[Callable[[], None]]) -> float:
    """Run the jobs in threads; seconds until the last one ended. Raises what a job raised."""
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - start


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, one workload after the other."""
    lines: list[str] = []
    workload = ""
    for figure in figures:
        if figure.workload != workload:
            workload = figure.workload
            lines += ["", workload]
        decimals = 0 if figure.unit in ("", "octets") else 2
        lines.append(f"  {figure.name:<52} {figure.value:>14,.{decimals}f} {figure.unit}".rstrip())
    return "\n".join(lines)


def save(figures: Sequence[Figure], path: Path) -> None:
    """Figures and the machine they are from, as JSON."""
    machine = {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": os.getloadavg()[1],
    }
    found = {"machine": machine, "figures": [asdict(figure) for figure in figures]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
