"""Any extension can be taken out of the list, with those that need it: the rest works."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.extensions.loader import load, needs
from lemonade_server.imap import ext
from lemonade_server.imap.registry import CAPABILITIES, COMMANDS, Capability
from tests.mailserver import MailServer
from tests.processes import ROOT

MODULES = dict(zip(ext.NAMES, load(ext), strict=True))
NEEDED = {name for module in MODULES.values() for name in needs(module)}
LEAVES = [name for name in ext.NAMES if name not in NEEDED]
OF_BASE = {"basic", "select", "fetch", "mailboxes", "expunge", "store", "lists", "status", "append"}
OF_BASE |= {"fetch_items", "fetch_body", "auth", "search", "search_keys", "copy_move"}
"""Parts of IMAP4rev1 itself: without them its transcript can't pass, all else must hold."""


FORMS = {
    "annotate": "FETCH 1 (ANNOTATION (/comment value))",
    "binary": "FETCH 1 BINARY[1]",
    "catenate": "APPEND INBOX CATENATE (TEXT {1+}\r\nx)",
    "condstore": "SELECT INBOX (CONDSTORE)",
    "conversations": "FETCH 1 CONVERSATION",
    "context": "SEARCH RETURN (UPDATE) ALL",
    "fuzzy": "SEARCH FUZZY SUBJECT one",
    "filters": "SEARCH FILTER mine",
    "multiappend": "APPEND INBOX {1+}\r\na {1+}\r\nb",
    "objectid": "FETCH 1 EMAILID",
    "partial": "FETCH 1 FLAGS (PARTIAL 1:1)",
    "preview": "FETCH 1 PREVIEW",
    "qresync": "SELECT INBOX (QRESYNC (1 1))",
    "searchres": "FETCH $ FLAGS",
    "savedate": "FETCH 1 SAVEDATE",
    "snippet": "FETCH 1 SNIPPET",
    "urlauth_binary": "URLFETCH (imap://x/INBOX/;UID=1 BODY)",
    "utf8": "APPEND INBOX UTF8 (~{1+}\r\nx)",
    "within": "SEARCH YOUNGER 5",
}
"""What extensions add to commands of others: understood with them, BAD without."""


def dependents(name: str) -> set[str]:
    """An extension and all that can't do without it."""
    found = {name}
    while more := {each for each in MODULES if found & set(needs(MODULES[each]))} - found:
        found |= more
    return found


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


def values_of(name: str) -> Iterator[object]:
    """What stands at the top of its modules, and in the tuples there."""
    start = MODULES[name].__name__
    for module, found in list(sys.modules.items()):
        if module == start or module.startswith(f"{start}."):
            for value in vars(found).values():
                yield from value if isinstance(value, tuple) else (value,)


def words_of(name: str) -> set[str]:
    """The words of CAPABILITY that are its own; what has a value ends in ``=``."""
    rows = {id(row): row for row in values_of(name) if isinstance(row, Capability)}
    for need in needs(MODULES[name]):
        for value in values_of(need):
            rows.pop(id(value), None)
    return {
        row.name.decode() + "=" * (row.value is not None)
        for row in rows.values()
        if CAPABILITIES.get(row.name) is row
    }


def words_beside(words: set[str]) -> set[str]:
    """What says something only where one of these words is there, and nothing else will do."""
    names = {word.removesuffix("=").encode() for word in words}
    return {
        row.name.decode() for row in CAPABILITIES.values() if row.beside and names >= {*row.beside}
    }


def commands_of(name: str) -> set[str]:
    start = MODULES[name].__name__
    return {
        word.decode()
        for word, row in COMMANDS.items()
        if row.handler.__module__ == start or row.handler.__module__.startswith(f"{start}.")
    }


def task_of(name: str, server: MailServer) -> dict[str, object]:
    out = dependents(name)
    words = {word for each in out for word in words_of(each)}
    return {
        "name": name,
        "without": sorted(out),
        "transcripts": [] if out & OF_BASE else ["base.txt"],
        "variables": {"alice": server.add_account("alice")},
        "words": sorted(words | words_beside(words)),
        "commands": sorted({word for each in out for word in commands_of(each)}),
        "forms": [] if out & OF_BASE else [FORMS[each] for each in sorted(out & FORMS.keys())],
    }


def test_each_word_and_command_is_some_extension_s() -> None:
    """Nothing is announced or done that no line of the list answers for."""
    words = {word.removesuffix("=") for name in MODULES for word in words_of(name)}
    assert {row.decode() for row in CAPABILITIES} == words
    commands = {word for name in MODULES for word in commands_of(name)}
    assert {word.decode() for word in COMMANDS} == commands


def test_the_forms_are_understood_where_nothing_is_taken_out(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    with mail_server.connect() as client, client.makefile("rwb") as wire:
        for line in (
            f"LOGIN {alice} lemonade",
            "APPEND INBOX {1+}\r\nx",
            "ENABLE UTF8=ACCEPT QRESYNC",
            "SELECT INBOX",
        ):
            wire.write(f"t {line}\r\n".encode())
        for line in FORMS.values():
            wire.write(f"t {line}\r\n".encode())
        wire.write(b"z LOGOUT\r\n")
        wire.flush()
        said = [line for line in wire if line.startswith(b"t ")]
    assert len(said) == 4 + len(FORMS)
    assert [line for line in said if line.startswith(b"t BAD ")] == []


def test_each_extension_can_be_taken_out(mail_server: MailServer) -> None:
    """By a server for each, over the store of the one that runs; what needs it goes with it."""
    tasks = [task_of(name, mail_server) for name in ext.NAMES]
    done = subprocess.run(
        [sys.executable, "-m", "tests.imap.taken_out", json.dumps(tasks)],
        cwd=ROOT,
        env=mail_server.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout.split() == list(ext.NAMES), done.stderr[-4000:]
