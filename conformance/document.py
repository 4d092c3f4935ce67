"""``docs/conformance.md``: the tables, from registries, code and tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from . import announcements, sections
from .announcements import Announcement
from .citations import Citation, citations
from .evidence import filter_tests, shown_words, strays
from .refusals import REFUSED
from .sections import Document

# RFC 5550 §3.2, §6 and §9.1: what a Lemonade server must have, by the name it is announced under.
STORE = (
    "IMAP4rev1", "BINARY", "CATENATE", "COMPRESS=DEFLATE", "CONDSTORE", "CONTEXT=SEARCH",
    "CONTEXT=SORT", "CONVERT", "ENABLE", "ESEARCH", "ESORT", "I18NLEVEL=1", "IDLE", "LITERAL+",
    "NAMESPACE", "NOTIFY", "QRESYNC", "SASL-IR", "SORT", "STARTTLS", "UIDPLUS", "URL-PARTIAL",
    "URLAUTH",
)  # fmt: skip
SUBMISSION = (
    "8BITMIME", "AUTH", "BINARYMIME", "BURL", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES",
    "PIPELINING", "SIZE", "STARTTLS",
)  # fmt: skip
FILTERS = (
    "enotify", "imap4flags", "relational", "vacation", "variables",
    "comparator-i;unicode-casemap",
)  # fmt: skip
SHOWN = 8

HEAD = """# Conformance

Made by `make conformance` from the registries of the server, its code and its tests; a test fails
while this file is behind them. `make xref` prints for each section of each RFC the lines that cite
it, and fails when there is no such section.

A test is listed beside a word that it exercises, as it says itself (`Shows: WORD`), and beside an
RFC that it names. `transcripts/` are conversations with a real server, to be read like an RFC's
examples; each word of CAPABILITY has one.
"""


def build_document() -> str:
    """The whole document."""
    index = sections.read()
    found = citations(index)
    tests = _tests(found)
    imap, smtp, filters = announcements.imap(), announcements.smtp(), announcements.filters()
    words = {one.word for one in (*imap, *smtp, *filters)}
    shows = shown_words()
    return "\n".join(
        [
            HEAD,
            "## The Lemonade profile (RFC 5550)\n",
            _profile("Message store (§3.2)", STORE, words),
            _profile("Submission (§6)", SUBMISSION, words),
            _profile("Filters (§9.1)", FILTERS, words),
            "\n## IMAP: CAPABILITY\n",
            _words(imap, "said", lambda one: shows.get(("imap", one.word), [])),
            "\n## SMTP: EHLO and LHLO\n",
            _words(smtp, "offered by", lambda one: shows.get(("smtp", one.word), [])),
            "\n## Sieve: require\n",
            _words(filters, "", lambda one: filter_tests(one, found)),
            "\n## Deliberately not offered\n",
            _refusal_table(),
            "\n## Every RFC that is followed\n",
            _rfcs(found, tests, index),
        ]
    )


def untold() -> list[str]:
    """Words of CAPABILITY that no transcript shows, of EHLO and ``require`` that no test does."""
    found, cited = shown_words(), citations(sections.read())
    lines = [
        f"{one.word}: say `# Shows: {one.word}` in a transcript that exercises it"
        for one in announcements.imap()
        if not any("/transcripts/" in path for path in found.get(("imap", one.word), []))
    ]
    lines += [
        f"{one.word}: say `Shows: {one.word}` in a test that exercises it"
        for one in announcements.smtp()
        if ("smtp", one.word) not in found
    ]
    return lines + [
        f"{one.word}: require it in a test of a filter"
        for one in announcements.filters()
        if not filter_tests(one, cited)
    ]


def mistold() -> list[str]:
    """What tests claim to show, or is said not to be offered, and is not or is announced."""
    imap, smtp = announcements.imap(), announcements.smtp()
    words = {one.word for one in imap}
    return [
        *strays(shown_words(), imap, smtp),
        *(f"{word} is offered" for word, _, _ in REFUSED if word in words),
    ]


def _tests(found: Sequence[Citation]) -> dict[int, list[str]]:
    """The tests that name each RFC."""
    tests: dict[int, list[str]] = defaultdict(list)
    for one in found:
        if one.is_test and one.path not in tests[one.rfc]:
            tests[one.rfc].append(one.path)
    return tests


def _profile(name: str, wanted: Sequence[str], words: Iterable[str]) -> str:
    missing = [word for word in wanted if word not in words]
    verdict = f"missing: {', '.join(missing)}" if missing else "all of it is announced"
    return f"- {name}: {verdict}. Asked for: {', '.join(wanted)}."


def _rfc(number: int) -> str:
    return f"[RFC {number}](https://www.rfc-editor.org/rfc/rfc{number})"


def _words(
    rows: Sequence[Announcement], said: str, tests: Callable[[Announcement], Sequence[str]]
) -> str:
    head = ["word", "defined by", *([said] if said else []), "tests"]
    lines = [_row(head), _row(["---"] * len(head))]
    for one in rows:
        defined = one.draft or _rfc(one.rfc)
        lines.append(
            _row([f"`{one.word}`", defined, *([one.where] if said else []), _few(tests(one))])
        )
    return "\n".join(lines)


def _few(paths: Sequence[str]) -> str:
    """Transcripts first, and not all of many."""
    ordered = sorted(paths, key=lambda path: ("/transcripts/" not in path, path))
    names = [f"[{_short(path)}](../{path})" for path in ordered[:SHOWN]]
    more = len(ordered) - SHOWN
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _short(path: str) -> str:
    return PurePosixPath(path).with_suffix("").as_posix().removeprefix("tests/")


def _refusal_table() -> str:
    lines = [_row(["what", "defined by", "why not"]), _row(["---"] * 3)]
    for word, whose, why in REFUSED:
        lines.append(_row([word, _rfc(whose) if isinstance(whose, int) else whose, why]))
    return "\n".join(lines)


def _rfcs(
    found: Sequence[Citation], tests: Mapping[int, list[str]], index: Mapping[int, Document]
) -> str:
    """Those that the server's code names, with how many of their sections it cites."""
    cited: dict[int, set[str]] = defaultdict(set)
    for one in found:
        if not one.is_test:
            cited[one.rfc].add(one.section)
    lines = [_row(["RFC", "title", "sections cited by the code", "tests"]), _row(["---"] * 4)]
    for rfc in sorted(cited):
        title = index[rfc].title if rfc in index else ""
        numbers = [f"§{section}" for section in sorted(cited[rfc] - {""}, key=sections.order)]
        lines.append(_row([_rfc(rfc), title, " ".join(numbers), _few(tests.get(rfc, []))]))
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
