"""Searching many folders: the newest, or the best, of all of them, a page at a time.

MULTISEARCH (RFC 7377) says in one exchange where something is found and how much. The folders in
question then sort by themselves and give the head of their results alone (PARTIAL, RFC 9394), with
the dates by which they are merged; all of them in one exchange again, as is what draws the rows.
A server that lacks one of these is asked more, or gives more than is needed.

The order within a folder is the server's: a page ends in the midst of messages that came in the
same second, and the next page begins behind them.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, mailbox, uid_set
from ..message.errors import NotFound
from ..message.messages import Row
from ..message.query import SearchTree
from ..message.responses import Items, parse_fetch, responses, values
from ..message.search_results import FoundRow, SearchResults
from ..message.texts import internal_date
from .abilities import Abilities
from .listing import SIZE, build_rows, message_items, rows
from .mailboxes import apply_select_answer, enter, mailbox_name, select_command
from .search import found_uids, partial_uids
from .search_program import Program, has_text, in_folder, program

DEEPEST = 10_000  # results that can be paged to
BLOCK = 1_000  # messages that are put into order here, where the server can't sort
FULL = 32_000  # octets of commands that surely go out while nobody reads
IN_PARTS = ("MULTISEARCH", "SORT", "ESORT", "PARTIAL", "SEARCHRES")


@dataclass(frozen=True, slots=True)
class _Position:
    """A message by what orders it among those of other folders: larger ones come first."""

    score: int
    moment: float
    folder: str
    uid: int

    @property
    def key(self) -> tuple[int, float, str]:
        return (-self.score, -self.moment, self.folder)


def ranks(imap: LemonadeClient) -> bool:
    """Whether the server can say which messages fit best (RFC 6203)."""
    return imap.has("SEARCH=FUZZY") and _sorts_in_parts(imap)


def _sorts_in_parts(imap: LemonadeClient) -> bool:
    return all(imap.has(word) for word in IN_PARTS)


def search_page(
    imap: LemonadeClient,
    folders: Sequence[str],
    tree: SearchTree,
    first: int = 1,
    size: int = SIZE,
    *,
    by_relevance: bool = False,
) -> SearchResults:
    """A page of what is found in ``folders``; ``first`` counts from 1. Raises Refused."""
    by_relevance = by_relevance and ranks(imap) and has_text(tree)
    programs = _programs(imap, folders, tree, fuzzy=by_relevance)
    totals = totals_of(imap, programs)
    first = max(1, min(first, DEEPEST))
    depth = first + size - 1
    heads: list[list[_Position]] = []
    wanted = [folder for folder in programs if totals is None or folder in totals]
    counted: dict[str, int] = {}
    for some in _bursts(wanted, programs):
        part = {folder: programs[folder] for folder in some}
        for folder, (count, positions) in _heads(imap, part, depth, by_relevance).items():
            heads.append(positions)
            if count:
                counted[folder] = count
    merged = heapq.merge(*heads, key=lambda position: position.key)
    chosen = list(itertools.islice(merged, first - 1, depth))
    return SearchResults(
        rows=_rows(imap, chosen),
        totals=counted if totals is None else totals,
        first=first if chosen else 0,
        by_relevance=by_relevance,
    )


def _bursts(folders: list[str], programs: dict[str, Program]) -> Iterator[list[str]]:
    """So many folders at a time that the questions of all fit into what a socket takes."""
    longest = max((sum(map(len, programs[folder].key)) for folder in folders), default=0)
    step = max(1, FULL // (longest + 300))
    for start in range(0, len(folders), step):
        yield folders[start : start + step]


def count_found(imap: LemonadeClient, folders: Sequence[str], tree: SearchTree) -> int:
    """How many messages are found in ``folders``."""
    programs = _programs(imap, folders, tree, fuzzy=False)
    totals = totals_of(imap, programs)
    if totals is None:
        heads = [
            _heads(imap, {folder: programs[folder] for folder in some}, 1, by_relevance=False)
            for some in _bursts(list(programs), programs)
        ]
        return sum(count for each in heads for count, _ in each.values())
    return sum(totals.values())


def _programs(
    imap: LemonadeClient, folders: Sequence[str], tree: SearchTree, *, fuzzy: bool
) -> dict[str, Program]:
    """What to look for in each folder; those in which nothing can be are left out."""
    today = timezone.localdate()
    found: dict[str, Program] = {}
    for folder in folders:
        left = in_folder(tree, lambda name, here=folder: name == here)  # type: ignore[misc]
        one = program(left, Abilities(imap), today=today, fuzzy=fuzzy and has_text(left))
        if not one.nothing:
            found[folder] = one
    return found


def totals_of(imap: LemonadeClient, programs: dict[str, Program]) -> dict[str, int] | None:
    """How much is found where, in one exchange; None where the server can't say (RFC 7377)."""
    if not imap.has("MULTISEARCH"):
        return None
    alike: dict[tuple[bytes, ...], list[str]] = {}
    for folder, one in programs.items():
        alike.setdefault(one.key, []).append(folder)
    commands: list[Command] = []
    for names in alike.values():
        named = b" ".join(map(mailbox, names))
        source = b"IN (mailboxes (" + named + b"))"
        commands.append((b"ESEARCH", (source, b"RETURN (COUNT)", *programs[names[0]].search)))
    totals: dict[str, int] = {}
    for answer in imap.burst(commands):
        for response in responses(answer.check().data.get("ESEARCH", [])):
            name, count = _count_in(response)
            if name and count:
                totals[name] = count
    return totals


def _count_in(response: Sequence[object]) -> tuple[str, int]:
    """Where, and how many: ``(TAG "a" MAILBOX name UIDVALIDITY 1) UID COUNT 7``."""
    correlators = response[0] if response and isinstance(response[0], list) else []
    name, count = "", 0
    for word, value in zip(correlators[::2], correlators[1::2], strict=False):
        if isinstance(word, bytes) and word.upper() == b"MAILBOX":
            name = mailbox_name(value)
    for word, value in itertools.pairwise(response):
        if isinstance(word, bytes) and word.upper() == b"COUNT" and isinstance(value, int):
            count = value
    return name, count


def _heads(
    imap: LemonadeClient, programs: dict[str, Program], depth: int, by_relevance: bool
) -> dict[str, tuple[int, list[_Position]]]:
    """Of each folder how much is found, and the first ``depth`` of it. One or two exchanges."""
    if not programs:
        return {}
    in_parts = _sorts_in_parts(imap)
    commands: list[Command] = []
    for folder, one in programs.items():
        commands.append(select_command(imap, folder))
        if in_parts:
            order = b"RELEVANCY" if by_relevance else b"REVERSE ARRIVAL"
            scores = b" RELEVANCY" if by_relevance else b""
            returned = b"RETURN (SAVE PARTIAL 1:%d%b)" % (depth, scores)
            commands.append((b"UID SORT", (returned, b"(" + order + b")", *one.sort)))
            commands.append((b"UID FETCH", (b"$", b"(UID INTERNALDATE)")))
        elif imap.has("SORT"):
            commands.append((b"UID SORT", (b"(REVERSE ARRIVAL)", *one.sort)))
        else:
            commands.append((b"UID SEARCH", one.search))
    imap.selected = None  # what each answer is about is known here alone
    answers = imap.burst(commands)
    step = 3 if in_parts else 2
    found: dict[str, tuple[int, list[_Position]]] = {}
    missing: dict[str, list[int]] = {}
    for at, folder in enumerate(programs):
        select, result, *dates = answers[at * step : (at + 1) * step]
        if not _enter(imap, folder, select):
            continue
        uids, count, scores_by_uid = _result(result.check(), depth, in_parts, by_relevance)
        if dates:
            items = parse_fetch(dates[0].check().data.get("FETCH", []))
            found[folder] = (count, _positions(folder, uids, items, scores_by_uid))
        else:
            found[folder] = (count, [])
            missing[folder] = uids
    for folder, (_, items) in _fetch(imap, missing, b"(UID INTERNALDATE)").items():
        positions = _positions(folder, missing[folder], items, {})
        if not imap.has("SORT"):
            positions = _by_date(positions)
        found[folder] = (found[folder][0], positions[:depth])
    return found


def _by_date(positions: list[_Position]) -> list[_Position]:
    """The newest first in each block: how deep one looks does not change what comes before."""
    return [
        position
        for start in range(0, len(positions), BLOCK)
        for position in sorted(
            positions[start : start + BLOCK], key=lambda position: (-position.moment, position.uid)
        )
    ]


def _enter(imap: LemonadeClient, folder: str, answer: Answer) -> bool:
    """Take in a SELECT of a burst; False when the folder is gone meanwhile."""
    try:
        apply_select_answer(imap, folder, answer)
    except NotFound:
        return False
    return True


def _result(
    answer: Answer, depth: int, in_parts: bool, by_relevance: bool
) -> tuple[list[int], int, dict[int, int]]:
    """UIDs in their order, how many there are, and scores."""
    if in_parts:
        uids = partial_uids(answer)
        scores = _scores(answer) if by_relevance else []
        return uids, len(uids), dict(zip(uids, scores, strict=False))  # MULTISEARCH counted
    if "SORT" in answer.data:
        found = [x for x in values(answer.data["SORT"]) if isinstance(x, int)]
        return found[:depth], len(found), {}
    found = sorted(found_uids(answer), reverse=True)
    return found[: -(-depth // BLOCK) * BLOCK], len(found), {}


def _scores(answer: Answer) -> list[int]:
    words = list(values(answer.data.get("ESEARCH", [])))
    for word, value in itertools.pairwise(words):
        if isinstance(word, bytes) and word.upper() == b"RELEVANCY" and isinstance(value, list):
            return [score for score in value if isinstance(score, int)]
    return []


def _positions(
    folder: str, uids: Iterable[int], items: dict[int, Items], scores: dict[int, int]
) -> list[_Position]:
    return [
        _Position(
            scores.get(uid, 0),
            internal_date(items[uid].get(b"INTERNALDATE")).timestamp(),
            folder,
            uid,
        )
        for uid in uids
        if uid in items
    ]


def _fetch(
    imap: LemonadeClient, uids: dict[str, list[int]], asked: bytes
) -> dict[str, tuple[int, dict[int, Items]]]:
    """UIDVALIDITY of several folders, and items of messages there, in one exchange.

    The last one stays selected.
    """
    wanted = {folder: some for folder, some in uids.items() if some}
    commands: list[Command] = []
    for folder, some in wanted.items():
        commands.append(select_command(imap, folder))
        commands.append((b"UID FETCH", (uid_set(some), asked)))
    imap.selected = None
    answers = imap.burst(commands)
    found: dict[str, tuple[int, dict[int, Items]]] = {}
    for at, folder in enumerate(wanted):
        if _enter(imap, folder, answers[at * 2]) and imap.selected is not None:
            data = answers[at * 2 + 1].check().data
            found[folder] = (imap.selected.uidvalidity, parse_fetch(data.get("FETCH", [])))
    return found


def _rows(imap: LemonadeClient, chosen: Sequence[_Position]) -> list[FoundRow]:
    """What draws them, in their order; without those that are gone by now."""
    uids: dict[str, list[int]] = {}
    for position in chosen:
        uids.setdefault(position.folder, []).append(position.uid)
    found: dict[tuple[str, int], FoundRow] = {}
    if imap.has("PREVIEW"):
        for folder, (validity, items) in _fetch(imap, uids, message_items(imap)).items():
            for item in items.values():  # nothing is asked for in a folder that is left
                item[b"PREVIEW"] = item.get(b"PREVIEW") or b""
            _add(found, folder, validity, build_rows(imap, folder, items))
    else:
        for folder, some in uids.items():
            validity = enter(imap, folder).uidvalidity
            _add(found, folder, validity, rows(imap, folder, some))
    keys = [(position.folder, position.uid) for position in chosen]
    return [found[key] for key in keys if key in found]


def _add(
    found: dict[tuple[str, int], FoundRow], folder: str, uidvalidity: int, rows: Iterable[Row]
) -> None:
    for row in rows:
        found[folder, row.uid] = FoundRow(folder, uidvalidity, row)
