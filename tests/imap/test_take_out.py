"""Any extension that no other one needs can be taken out of the list: the rest works without it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lemonade_server.imap import ext
from lemonade_server.imap.extensions import BadList, load, needs
from lemonade_server.imap.registry import CAPABILITIES, COMMANDS, Capability
from tests.mailserver import ROOT, MailServer

MODULES = dict(zip(ext.NAMES, load(ext.NAMES), strict=True))
NEEDED = {name for module in MODULES.values() for name in needs(module)}
LEAVES = [name for name in ext.NAMES if name not in NEEDED]
OF_BASE = {"basic", "select", "fetch", "mailboxes", "expunge"}
"""Parts of IMAP4rev1 itself: without them its transcript can't pass, all else must hold."""


def files_of(name: str) -> list[Path]:
    """Its file, or those of the folder of its name."""
    folder = Path(ext.__file__).parent
    return [path for path in (folder / f"{name}.py",) if path.is_file()] or list(
        (folder / name).rglob("*.py")
    )


@pytest.mark.parametrize("name", ext.NAMES)
def test_what_an_extension_imports_it_declares(name: str) -> None:
    found = re.compile(rf"^\s*from {re.escape(ext.__name__)}\.(\w+)", re.MULTILINE)
    used = {word for file in files_of(name) for word in found.findall(file.read_text("utf-8"))}
    assert used - {name} <= set(needs(MODULES[name]))


@pytest.mark.parametrize("name", ext.NAMES)
def test_no_extension_is_named_by_the_core(name: str) -> None:
    """What stands beside ``ext/`` imports nothing of it."""
    imap = Path(ext.__file__).parent.parent
    for file in imap.rglob("*.py"):
        if "ext" not in file.relative_to(imap).parts:
            assert f"{ext.__name__}.{name}" not in file.read_text("utf-8"), file


def test_the_big_ones_can_be_taken_out() -> None:
    big = {"uidonly", "imap4rev2", "utf8", "qresync", "notify", "context", "annotate", "language"}
    assert big <= set(LEAVES)


def test_an_unknown_extension_is_refused_by_name() -> None:
    with pytest.raises(BadList, match="'uidonyl'"):
        load(("basic", "uidonyl"))


def test_an_extension_whose_need_is_missing_is_refused_by_name() -> None:
    with pytest.raises(BadList, match="'qresync' needs 'condstore'"):
        load(tuple(name for name in ext.NAMES if name != "condstore"))


def test_a_name_stands_once_in_the_list() -> None:
    with pytest.raises(BadList, match="'basic' is listed twice"):
        load(("basic", "basic"))


def test_the_server_does_not_start_with_a_list_that_can_not_work() -> None:
    script = (
        "import django; django.setup(); from lemonade_server.imap import ext; "
        "ext.NAMES += ('nosuch',); import lemonade_server.imap.serve"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "there is no IMAP extension 'nosuch'" in done.stderr.splitlines()[-1]


def rows_of(name: str) -> list[Capability]:
    """The words that a file names, its own and those of what it needs."""
    return [row for row in vars(MODULES[name]).values() if isinstance(row, Capability)]


def task_of(name: str, server: MailServer) -> dict[str, object]:
    module = MODULES[name]
    others = {row for need in needs(module) for row in rows_of(need)}
    rows = [row for row in rows_of(name) if row not in others]
    start = module.__name__
    commands = [
        word.decode()
        for word, row in COMMANDS.items()
        if row.handler.__module__ == start or row.handler.__module__.startswith(f"{start}.")
    ]
    return {
        "name": name,
        "transcripts": [] if name in OF_BASE else ["base.txt"],
        "variables": server.variables("alice"),
        "words": [row.name.decode() for row in rows if CAPABILITIES.get(row.name) is row],
        "commands": commands,
    }


def test_each_extension_can_be_taken_out(mail_server: MailServer) -> None:
    """By a server for each, over the store of the one that runs."""
    tasks = [task_of(name, mail_server) for name in LEAVES]
    done = subprocess.run(
        [sys.executable, "-m", "tests.imap.taken_out", json.dumps(tasks)],
        cwd=ROOT,
        env=mail_server.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.split() == LEAVES, done.stderr[-4000:]
