"""SEARCH inside one mailbox: a tree becomes one statement (RFC 3501 §6.4.4).

Flags are bit tests, text is a substring of columns that were folded on arrival. What SQL can't
say, a value inside one header field, is judged here first and takes part as a set of UIDs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, time
from typing import cast

from lemonade_server.wire.partial import PartialRange
from lemonade_server.wire.text import casemap
from lemonade_server.wire.thread_keys import number_of_thread, thread_name

from . import flags, fuzzy, message_annotations, vendor
from .attachment_names import with_attachment_name
from .errors import Gone, LimitReached
from .ids import MailboxId, Uid
from .mailbox_rows import MailboxRow, get
from .message_ids import MessageIdsOfMailboxes, identifier_in
from .search_tree import (
    Age,
    All,
    And,
    AttachmentName,
    ChangedSince,
    Dated,
    Day,
    Flag,
    FuzzyText,
    HasAttachment,
    Header,
    Keyword,
    LiveUids,
    Node,
    Not,
    Or,
    SameContent,
    SameThread,
    SavedDay,
    Size,
    TextSearch,
    Uids,
    WithAnnotation,
    without_needless,
)
from .sent_days import SentDaysOfMailboxes, keys_of
from .sort_order import BY_UID, Order
from .sql import search as sql
from .sql.contents import BODY_TEXT
from .text_results import TextResultsOfMailboxes, is_lasting
from .tx import Tx

MOST_KEYS = 5_000
DEEPEST = 10
"""Levels of one statement: SQLite's parser has a small stack. What is deeper is found first."""
MOST_STATEMENTS = 20
MOST_RANGES = 40
CHUNK = 500
FEW = 5_000
"""Messages that are looked at one by one rather than all of a mailbox."""
FEWEST = 500
"""Messages of a mailbox for which it is worth while to keep something in memory."""

LONGEST_SECONDS = 30.0
"""What a search may take: nobody reads for ever while others wait."""

EPOCH_DAY = 719_163
"""1970-01-01 as ``date.toordinal`` counts."""

_FIELDS = {
    "subject": "t.subject",
    "from": "t.sender",
    "to": "t.recipient",
    "cc": "t.cc",
    "bcc": "t.bcc",
    "body": BODY_TEXT,
}


@dataclass(slots=True)
class Clause:
    """A condition with its arguments; ``cost`` puts the cheap ones first."""

    sql: str
    args: list[object] = field(default_factory=list)
    cost: int = 0
    tables: frozenset[str] = frozenset()


@dataclass(slots=True)
class SearchMemory:
    """What a process keeps of mailboxes to search them."""

    sent_days: SentDaysOfMailboxes = field(default_factory=SentDaysOfMailboxes)
    message_ids: MessageIdsOfMailboxes = field(default_factory=MessageIdsOfMailboxes)
    text_results: TextResultsOfMailboxes = field(default_factory=TextResultsOfMailboxes)


_TEXT = frozenset({"t"})
_CONTENT = frozenset({"c"})


def search(
    tx: Tx,
    mailbox_id: MailboxId,
    node: Node,
    upto: int | None = None,
    order: Order = BY_UID,
    *,
    within: Sequence[int] | None = None,
    scores: dict[int, int] | None = None,
    part: PartialRange | None = None,
    memory: SearchMemory | None = None,
) -> list[Uid]:
    """UIDs of what ``node`` finds, in ``order``; none above ``upto`` when it is given.

    UIDs ascend: what a session does not know yet is above the last one it was told of. With
    ``within`` no others are looked at: it costs what these few cost. Into ``scores`` goes how
    well a message matches the fuzzy keys, from 1 to 100. ``part`` is what is wanted of the result:
    no more is found than is needed for it. ``memory`` is that of the process; it does not go with
    ``within``. Raises Gone, or LimitReached for a program of too many keys, or one
    that takes too long.
    """
    mailbox = _need(tx, mailbox_id)
    if memory is not None and mailbox.messages >= FEWEST:
        days, identifier = keys_of(node), identifier_in(node)
        if days is not None and part is None and order == BY_UID:
            bound = mailbox.uidnext - 1 if upto is None else min(upto, mailbox.uidnext - 1)
            return memory.sent_days.of(tx, mailbox).find(days, bound)
        if identifier is not None and memory.message_ids.is_worth_while(mailbox):
            within = memory.message_ids.of(tx, mailbox).candidates(identifier)
        elif scores is None and _wants_all(mailbox, node, order, part, memory):
            found = _find_in_memory(tx, mailbox, node, upto, memory)
            if found is not None and order == BY_UID:
                return found if part is None else list(part.cut(found))
            if found is not None and len(found) <= FEW:
                node, within = All(), found
    if within is not None and upto is not None:
        within = [uid for uid in within if uid <= upto]
    compiler = _Compiler(tx, mailbox, within)
    with _time_limit(tx):
        found = compiler.run(node, order, upto, part)
    if scores is not None:
        scores.update((uid, compiler.score(uid)) for uid in found)
    return found


def _find_in_memory(
    tx: Tx, mailbox: MailboxRow, node: Node, upto: int | None, memory: SearchMemory
) -> list[Uid] | None:
    """UIDs of what a program finds that looks into texts, where it is kept or can be.

    Of one that asks for flags, too, its texts are kept, and the flags of what they find looked at.
    """
    last = mailbox.uidnext - 1 if upto is None else upto

    def look_for(texts: Node) -> list[Uid] | None:
        return memory.text_results.find(
            tx, mailbox, texts, last, lambda within: search(tx, mailbox.id, texts, within=within)
        )

    nodes = [each for inner in _conjuncts(node) for each in _conjuncts(inner)]
    texts = [each for each in nodes if is_lasting(each)]
    rest = [each for each in nodes if each not in texts]
    if not rest:
        return look_for(node)
    found = look_for(And(texts)) if texts else None
    if found is None or len(found) > FEW:
        return None
    return search(tx, mailbox.id, And(rest), upto, within=found)


def _wants_all(
    mailbox: MailboxRow,
    node: Node,
    order: Order,
    part: PartialRange | None,
    memory: SearchMemory,
) -> bool:
    """Whether more than the first matches must be found, or all of them are known already."""
    return part is None or order != BY_UID or memory.text_results.knows(mailbox, node)


def _conjuncts(node: Node) -> list[Node]:
    return node.nodes if isinstance(node, And) else [node]


def count(
    tx: Tx,
    mailbox_id: MailboxId,
    node: Node,
    upto: int,
    memory: SearchMemory | None = None,
) -> int:
    """How many messages up to a UID ``node`` finds. Raises as ``search``.

    How many there are, and how many are unseen, the mailbox knows.
    """
    mailbox = _need(tx, mailbox_id)
    if upto >= mailbox.uidnext - 1:
        match without_needless(node):
            case All():
                return mailbox.messages
            case Flag(flags.SEEN, is_set=False):
                return mailbox.unseen
    if memory is not None and mailbox.messages >= FEWEST:
        found = _find_in_memory(tx, mailbox, node, upto, memory)
        if found is not None:
            return len(found)
    with _time_limit(tx):
        return _Compiler(tx, mailbox, None).count(node, upto)


def _need(tx: Tx, mailbox_id: MailboxId) -> MailboxRow:
    mailbox = get(tx, mailbox_id)
    if mailbox is None:
        raise Gone
    return mailbox


@contextmanager
def _time_limit(tx: Tx) -> Iterator[None]:
    """Raises LimitReached for what takes too long."""
    try:
        with vendor.time_limit(tx.connection, LONGEST_SECONDS):
            yield
    except vendor.Overtime as error:
        raise LimitReached(
            "seconds", LONGEST_SECONDS, "this search takes too long: look for less at once"
        ) from error


class _Compiler:
    """Turns one tree into one clause."""

    def __init__(self, tx: Tx, mailbox: MailboxRow, within: Sequence[int] | None) -> None:
        self._tx = tx
        self._mailbox = mailbox
        self._within = None if within is None else list(within)
        self._spelling = {word.lower(): word for word in mailbox.keywords.split()}
        self._keys = 0
        self._statements = 0
        self._due = monotonic() + LONGEST_SECONDS
        self._scores: list[dict[int, int]] = []

    def score(self, uid: int) -> int:
        """How well a message matches the fuzzy keys, on an average."""
        if not self._scores:
            return 100
        return max(1, sum(scores.get(uid, 0) for scores in self._scores) // len(self._scores))

    def run(
        self,
        node: Node,
        order: Order = BY_UID,
        upto: int | None = None,
        part: PartialRange | None = None,
    ) -> list[Uid]:
        """UIDs of what ``node`` finds, in ``order``."""
        backwards = part is not None and part.backwards
        statement, args = self._statement(
            sql.SEARCH, node, upto, order.sql(backwards=backwards), content=order.content
        )
        if part is not None:
            statement += sql.PART
            args += [part.high - part.low + 1, part.low - 1]
        found = cast(list[Uid], self._tx.integers(statement, args))
        return found[::-1] if backwards else found

    def count(self, node: Node, upto: int) -> int:
        """How many messages ``node`` finds."""
        return int(self._tx.value(*self._statement(sql.COUNT, node, upto)))

    def _statement(
        self, form: str, node: Node, upto: int | None, order: str = "", *, content: bool = False
    ) -> tuple[str, list[object]]:
        self._statements += 1
        if self._statements > MOST_STATEMENTS:
            raise LimitReached("statements", MOST_STATEMENTS, "the search is nested too deep")
        clause = self._compile(node, 0)
        statement = form.format(
            content=sql.JOIN_CONTENT if content or "c" in clause.tables else "",
            text=sql.JOIN_TEXT if "t" in clause.tables else "",
            few=self._bound,
            condition=clause.sql,
            order=order,
        )
        return statement, [self._mailbox.id, self._few(upto), *clause.args]

    @property
    def _bound(self) -> str:
        return sql.UPTO if self._within is None else sql.FEW

    def _few(self, upto: int | None = None) -> object:
        """The argument of that: the few, or the last one, which is at most the mailbox's."""
        last = self._mailbox.uidnext - 1
        return self._within if self._within is not None else last if upto is None else upto

    def _compile(self, node: Node, depth: int) -> Clause:
        """The condition that says what ``node`` says; never NULL."""
        self._keys += 1
        if self._keys > MOST_KEYS:
            raise LimitReached("keys", MOST_KEYS, "the search has too many keys")
        if depth > DEEPEST and isinstance(node, And | Or | Not):
            return Clause("(m.uid = ANY(%s))", [self.run(node)], 1)
        match node:
            case And():
                return self._joined(node.nodes, "AND", "1 = 1", depth)
            case Or():
                return self._joined(node.nodes, "OR", "1 = 0", depth)
            case Not(node=Flag() as flag):
                return self._leaf(Flag(flag.bit, not flag.is_set))
            case Not():
                inner = self._compile(node.node, depth + 1)
                return Clause(f"(NOT {inner.sql})", inner.args, inner.cost, inner.tables)
            case _:
                return self._leaf(node)

    def _joined(self, nodes: Sequence[Node], word: str, empty: str, depth: int) -> Clause:
        if not nodes:
            return Clause(f"({empty})")
        clauses = sorted(
            (self._compile(node, depth + 1) for node in nodes), key=lambda clause: clause.cost
        )
        return Clause(
            _join_balanced([clause.sql for clause in clauses], word),
            [arg for clause in clauses for arg in clause.args],
            max(clause.cost for clause in clauses),
            frozenset().union(*(clause.tables for clause in clauses)),
        )

    def _leaf(self, node: Node) -> Clause:
        match node:
            case Flag():  # the bit is written out, as in the conditions of indexes
                return Clause(f"(m.bits & {node.bit:d} = {node.bit if node.is_set else 0:d})")
            case Keyword():
                return self._keyword(node)
            case Uids():
                return self._uids(node.ranges)
            case LiveUids():
                return self._uids(node.ranges())
            case Size():
                return Clause(f"(m.size {'>' if node.larger else '<'} %s)", [node.octets])
            case Day() | SavedDay() | Age():
                return _date_clause(node)
            case SameContent():
                return Clause("(m.content_id = %s)", [node.content])
            case SameThread():
                return self._thread(node.name)
            case ChangedSince():
                return Clause("(m.modseq >= %s)", [node.modseq])
            case TextSearch():
                return self._text(node)
            case FuzzyText():
                return self._fuzzy(node)
            case Header():
                return self._uids([(uid, uid) for uid in self._with_header(node)])
            case HasAttachment():
                return Clause("(m.attached)")
            case AttachmentName():
                uids = with_attachment_name(self._tx, self._mailbox, node, self._within)
                return self._uids([(uid, uid) for uid in uids])
            case WithAnnotation():
                found = message_annotations.matching(self._tx, self._mailbox, node, self._within)
                return self._uids([(uid, uid) for uid in found])
            case All():
                return Clause("(1 = 1)")
        raise AssertionError(node)

    def _thread(self, name: str) -> Clause:
        """There is an index of threads; those of messages without an identifier are few."""
        number, last = number_of_thread(name), self._mailbox.uidnext - 1
        if self._tx.row(sql.HAS_THREAD, (self._mailbox.id, number, last)) is not None:
            return Clause("(m.thread = %s)", [number])
        alone = self._tx.rows(sql.WITHOUT_IDENTIFIER, (self._mailbox.id, last))
        found = [uid for uid, content in alone if thread_name("", "", str(content)) == name]
        return self._uids([(uid, uid) for uid in found])

    def _keyword(self, node: Keyword) -> Clause:
        word = self._spelling.get(node.word.lower())
        if word is None:
            return Clause("(1 = 0)" if node.is_set else "(1 = 1)")
        if node.is_set:  # there is an index of those that have any
            condition = "(m.keywords > '' AND STRPOS(' ' || m.keywords || ' ', %s) > 0)"
        else:
            condition = "(STRPOS(' ' || m.keywords || ' ', %s) = 0)"
        return Clause(condition, [f" {word} "], 1)

    def _uids(self, ranges: Sequence[tuple[int, int]]) -> Clause:
        last = self._mailbox.uidnext - 1
        clipped = [(low, min(high, last)) for low, high in ranges if low <= last]
        if not clipped:
            return Clause("(1 = 0)")
        if len(clipped) <= MOST_RANGES:
            conditions = ["(m.uid BETWEEN %s AND %s)"] * len(clipped)
            bounds: list[object] = [bound for one in clipped for bound in one]
            return Clause(_join_balanced(conditions, "OR"), bounds)
        uids = [uid for low, high in clipped for uid in range(low, high + 1)]
        return Clause("(m.uid = ANY(%s))", [uids], 1)

    def _text(self, node: TextSearch) -> Clause:
        if "\0" in node.value:  # no text holds it
            return Clause("(1 = 0)")
        if node.field == "text":
            conditions, cost = [self._holds("t.header", node), self._holds(BODY_TEXT, node)], 4
        else:
            conditions, cost = [self._holds(_FIELDS[node.field], node)], 3
        words = " OR ".join(condition for condition, _ in conditions)
        return Clause(f"({words})", [value for _, value in conditions], cost, _TEXT)

    def _holds(self, column: str, node: TextSearch) -> tuple[str, str]:
        return vendor.condition_of_holding(self._tx.connection, column, node.value)

    def _fuzzy(self, node: FuzzyText) -> Clause:
        found = fuzzy.scores(self._tx, self._mailbox, node, self._within, self._due)
        self._scores.append(found)
        return Clause("(m.uid = ANY(%s))", [list(found)], 1)

    def _with_header(self, node: Header) -> list[int]:
        """UIDs of messages with a field of that name that holds the value."""
        start = casemap(node.name) + ":"
        if "\0" in start + node.value:
            return []
        holds = [
            vendor.condition_of_holding(self._tx.connection, "t.header", value)
            for value in (start, node.value)
        ]
        statement = sql.HEADERS.format(
            condition=" AND ".join(condition for condition, _ in holds),
            **sql.bounds(self._within is not None),
        )
        values = [value for _, value in holds]
        found: list[int] = []
        after = 0
        while rows := self._tx.rows(
            statement, [self._mailbox.id, after, self._few(), *values, CHUNK]
        ):
            found += [uid for uid, header in rows if _has_field(header, start, node.value)]
            after = rows[-1][0]
        return found


def _has_field(header: str, start: str, value: str) -> bool:
    return any(
        line.startswith(start) and value in line[len(start) :].removeprefix(" ")
        for line in header.split("\n")
    )


def _join_balanced(conditions: Sequence[str], word: str) -> str:
    """All conditions joined as a shallow tree: SQLite bounds the depth of an expression."""
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    left, right = (_join_balanced(some, word) for some in (conditions[:half], conditions[half:]))
    return f"({left} {word} {right})"


def _date_clause(node: Dated) -> Clause:
    if isinstance(node, Age):
        second = int(time()) - node.seconds
        return Clause(f"(m.internaldate {'<=' if node.older else '>='} %s)", [second])
    if isinstance(node, Day) and node.sent:
        sign = {"before": "<", "on": "=", "since": ">="}[node.how]
        return Clause(f"(c.sent_day IS NOT NULL AND c.sent_day {sign} %s)", [node.day], 2, _CONTENT)
    local = "m.internaldate + m.zone * 60" if isinstance(node, Day) else "m.savedate"
    midnight = (node.day - EPOCH_DAY) * 86_400
    if node.how == "before":
        return Clause(f"({local} < %s)", [midnight])
    if node.how == "since":
        return Clause(f"({local} >= %s)", [midnight])
    return Clause(f"({local} BETWEEN %s AND %s)", [midnight, midnight + 86_399])
