"""Which tests exercise an announced word: those that say so, in a line ``Shows: WORD, WORD``.

It stands in a comment of a transcript or in the docstring of a test module. A Sieve extension is
exercised by the tests of filters that require it or cite what defines it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from .announcements import Announcement
from .citations import ROOT, Citation

TESTS = ROOT / "tests"
SMTP = frozenset(("submission", "smtp", "lmtp", "delivery"))
BOTH = frozenset(("lemonade", "interop"))
SIEVE = frozenset(("sieve", "managesieve", "delivery", "crash"))

_SHOWS = re.compile(r"^(?:# )?Shows: (.+?)\.?$", re.MULTILINE)

Shown = dict[tuple[str, str], list[str]]
"""The tests by protocol, "imap" or "smtp", and word."""


def shown_words() -> Shown:
    """All that tests say of themselves."""
    found: Shown = defaultdict(list)
    for path in _tests():
        said = _SHOWS.search(path.read_text(encoding="utf-8", errors="replace"))
        if said is None:
            continue
        name = path.relative_to(ROOT).as_posix()
        for word in said[1].split(", "):
            for protocol in _protocols(name):
                found[protocol, word].append(name)
    return dict(found)


def strays(found: Shown, imap: Sequence[Announcement], smtp: Sequence[Announcement]) -> list[str]:
    """What tests claim to exercise and nobody announces: a slip of the pen, or an old word."""
    known = {"imap": {one.word for one in imap}, "smtp": {one.word for one in smtp}}
    claimed: dict[tuple[str, str], bool] = {}
    for (protocol, word), names in found.items():
        for name in names:
            claim = (name, word)
            claimed[claim] = claimed.get(claim, False) or word in known[protocol]
    return [f"{name}: {word}" for (name, word), announced in claimed.items() if not announced]


def filter_tests(one: Announcement, found: Sequence[Citation]) -> list[str]:
    """The tests of filters that cite what defines an extension, else those that require it."""
    citing = {each.path for each in found if each.rfc == one.rfc and each.is_test}
    citing = {path for path in citing if SIEVE.intersection(path.split("/"))}
    if citing:
        return sorted(citing)
    quoted = f'"{one.word}"'
    return [
        path.relative_to(ROOT).as_posix()
        for path in _tests()
        if SIEVE.intersection(path.parts) and quoted in path.read_text(encoding="utf-8")
    ]


def _tests() -> Iterator[Path]:
    yield from sorted([*TESTS.rglob("*.txt"), *TESTS.rglob("test_*.py")])


def _protocols(name: str) -> list[str]:
    folders = set(name.split("/"))
    if folders & BOTH:
        return ["imap", "smtp"]
    return ["smtp"] if folders & SMTP else ["imap"]
