"""Saved searches: filters of the server (RFC 5466), so that every client has them.

A filter is a search program under a name; its description is what people call it. The words of
the query, which a program can't be turned back to, stand beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, Payload
from ..message.errors import NotFound, Refused
from ..message.query import SearchTree
from ..message.responses import responses
from ..message.saved_search import SavedSearch
from .abilities import Abilities
from .search_program import Program, program, without_folders

FILTERS = "/private/filters"
VALUES = f"{FILTERS}/values/"
DESCRIPTIONS = f"{FILTERS}/descriptions/"
QUERIES = "/private/vendor/lemonade/queries"
LONGEST_LABEL = 100  # characters
MOST = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_OTHERS = re.compile(r"[^a-z0-9]+")


def can_save(imap: LemonadeClient) -> bool:
    """Whether the server keeps filters for a person."""
    return imap.has("FILTERS") and (imap.has("METADATA") or imap.has("METADATA-SERVER"))


def question(imap: LemonadeClient) -> Command | None:
    """The command that lists them; None where there can't be any."""
    if not can_save(imap):
        return None
    names = f"({FILTERS} {QUERIES})".encode()
    return b"GETMETADATA", (b"(DEPTH infinity)", b'""', names)


def keep_answer(imap: LemonadeClient, answer: Answer) -> None:
    """What the connection knows of them from now on."""
    entries: dict[str, bytes] = {}
    for response in responses(answer.data.get("METADATA", [])):
        pairs = response[1] if len(response) == 2 and isinstance(response[1], list) else []
        for name, value in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(name, bytes) and isinstance(value, bytes | int):
                text = value if isinstance(value, bytes) else b"%d" % value
                entries[name.decode("utf-8", "replace").lower()] = text
    found = []
    for entry in entries:
        called = entry.removeprefix(VALUES)
        if entry.startswith(VALUES) and _NAME.fullmatch(called):
            label = _text(entries.get(DESCRIPTIONS + called)) or called
            words = _text(entries.get(f"{QUERIES}/{called}")) or f"saved:{called}"
            found.append(SavedSearch(called, label, words))
    imap.saved_searches = sorted(found, key=lambda each: (each.label.casefold(), each.name))


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace").strip()


def saved_searches(imap: LemonadeClient, *, anew: bool = False) -> Sequence[SavedSearch]:
    """All of a person's; asked for once a connection, or ``anew``."""
    if imap.saved_searches is None or anew:
        asked = question(imap)
        imap.saved_searches = []
        if asked is not None:
            name, arguments = asked
            keep_answer(imap, imap.command(name, *arguments))
    return imap.saved_searches


def save(imap: LemonadeClient, label: str, words: str, tree: SearchTree) -> SavedSearch:
    """Keep a search. Raises Refused."""
    known = saved_searches(imap, anew=True)
    if not can_save(imap):
        raise Refused(gettext("This mail server keeps no searches."))
    if len(known) >= MOST:
        raise Refused(gettext("There are very many saved searches. Delete one first."))
    label = _label(label)
    saved = SavedSearch(_new_name(label, {each.name for each in known}), label, words)
    wanted = program(without_folders(tree), Abilities(imap), today=timezone.localdate())
    _set(
        imap,
        {
            VALUES + saved.name: filter_value(wanted),
            DESCRIPTIONS + saved.name: label.encode(),
            f"{QUERIES}/{saved.name}": words.encode("utf-8", "replace"),
        },
    )
    return saved


def rename(imap: LemonadeClient, name: str, label: str) -> None:
    """Call a saved search something else. Raises NotFound, Refused."""
    _need(imap, name)
    _set(imap, {DESCRIPTIONS + name: _label(label).encode()})


def delete(imap: LemonadeClient, name: str) -> None:
    """Forget a saved search, for every client. Raises NotFound, Refused."""
    _need(imap, name)
    _set(imap, {VALUES + name: None, DESCRIPTIONS + name: None, f"{QUERIES}/{name}": None})


def _need(imap: LemonadeClient, name: str) -> None:
    if name not in {each.name for each in saved_searches(imap, anew=True)}:
        raise NotFound(gettext("This search is not saved any more."))


def _label(label: str) -> str:
    text = " ".join(label.split())[:LONGEST_LABEL]
    if not text:
        raise Refused(gettext("Give the search a name."))
    return text


def _new_name(label: str, known: set[str]) -> str:
    """A name of letters that every client can call, unlike all others."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = _OTHERS.sub("-", plain).strip("-")[:40] or "search"
    numbers = (f"{base}-{number}" for number in range(2, MOST + 3))
    return next(name for name in (base, *numbers) if name not in known)


def filter_value(wanted: Program) -> bytes:
    """A program as the value of a filter: one line of UTF-8 without literals (RFC 5466 §3.2)."""
    line = bytearray()
    for each in wanted.arguments:
        if line and line[-1:] != b"(" and each != b")":
            line += b" "
        if isinstance(each, Payload):
            data = b"".join(each.pieces).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            line += b'"' + data + b'"'
        else:
            line += each
    return bytes(line)


def _set(imap: LemonadeClient, values: dict[str, bytes | None]) -> None:
    arguments: list[bytes | Payload] = [b'""', b"("]
    for name, value in values.items():
        arguments.append(name.encode("ascii"))
        arguments.append(b"NIL" if value is None else Payload(len(value), [value]))
    imap.command(b"SETMETADATA", *arguments, b")").check()
    imap.saved_searches = None
