"""How tests are collected: by each worker, all of them.

A fresh copy of the project has no compiled tests, and to rewrite their assertions takes longer than
all else of a collection. So each worker begins with files of its own; when it comes to those of the
others, they are compiled.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def share_compiled_code() -> None:
    """What a process has compiled others find, even where the environment forbids to leave it: a
    suite starts some hundred, and to compile the tests and the product takes each five seconds.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def begin(config: pytest.Config) -> None:
    """While modules are loaded there is no garbage. ``finish`` ends that."""
    if config.getoption("dist") != "no":
        return  # the workers do it
    gc.disable()
    given = getattr(config, "workerinput", None)
    if given is not None:
        _load_share(int(given["workerid"].removeprefix("gw")), given["workercount"])


def finish() -> None:
    """From now on garbage is looked for, but not among what is there already."""
    gc.freeze()
    gc.enable()


def _load_share(number: int, of: int) -> None:
    for path in sorted(TESTS.rglob("test_*.py"))[number::of]:
        name = ".".join(path.relative_to(TESTS.parent).with_suffix("").parts)
        # What is wrong with one, or that it shall be skipped, comes up when it is collected.
        with suppress(Exception, pytest.skip.Exception):
            import_module(name)
