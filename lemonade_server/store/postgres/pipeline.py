"""Statements of one connection, sent together: one round trip where the answers are not needed.

A statement whose answer nobody reads waits here for the next one whose answer is read, or for the
commit. Each is prepared once a connection. This uses psycopg's face of libpq: its cursors take
twenty times as long for a short statement, and prepare it anew for each size of its numbers.

A connection belongs to one thread. What Django sends over it by itself goes behind what waits
(``send_before``).
"""

from __future__ import annotations

import select
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary, ref

from psycopg import Connection, Error, OperationalError
from psycopg.abc import Transformer
from psycopg.adapt import Transformer as NewTransformer
from psycopg.errors import InFailedSqlTransaction, error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from .parameters import BINARY, Statement, parameters, statement

MOST_PREPARED = 500
"""Statements that a connection keeps prepared: about as many as there are, and some searches."""

LONGEST_PREPARED = 16_384
"""Octets of a statement that is kept: one that lists thousands of values does not come again."""

MOST_TOGETHER = 500
"""Statements after which the answers are read: they must fit into the buffers on the way."""

SAVEPOINT, ROLLBACK_TO, RELEASE = (
    Statement(text, True) for text in (b"SAVEPOINT part", b"ROLLBACK TO part", b"RELEASE part")
)
COMMIT, ROLLBACK = (Statement(text, True) for text in (b"COMMIT", b"ROLLBACK"))
POLL_BOTH = select.POLLIN | select.POLLOUT
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class Answer:
    """What the server said to one statement. Rows are read before the next one is sent."""

    __slots__ = ("_result", "_transformer", "rowcount", "status")

    def __init__(self, transformer: Transformer, result: PGresult) -> None:
        self._transformer = transformer
        self._result = result
        self.rowcount = result.command_tuples or 0
        self.status = result.command_status

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows; octets as ``bytes``."""
        if not self._result.ntuples:
            return []
        self._transformer.set_pgresult(self._result)
        return self._transformer.load_rows(0, self._result.ntuples, tuple)


class _Waiting(NamedTuple):
    statement: Statement
    values: list[bytes | None]
    formats: list[int]


class Pipeline:
    """What waits on one connection, and what is prepared there."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = ref(connection)
        self._pgconn = connection.pgconn
        self._transformer: Transformer = NewTransformer(connection)
        self._queue: deque[_Waiting] = deque()
        self._prepared: OrderedDict[bytes, bytes] = OrderedDict()
        self._numbers = count()
        self._unread: list[bytes] | None = None
        self._sent = 0
        self.changes = 0
        """Statements so far that may have changed something."""

    def __len__(self) -> int:
        """How many wait."""
        return len(self._queue)

    def add(self, sql: str, args: Sequence[object] = ()) -> None:
        """Let a statement wait. Raises DataError for what no column can hold."""
        one = statement(sql)
        self._queue.append(_Waiting(one, *parameters(args)))
        self.changes += not one.reads

    def cut(self, length: int) -> None:
        """Forget all but the first so many that wait."""
        while len(self._queue) > length:
            self._queue.pop()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction, undone when an exception leaves it. Nothing is sent for one
        in which nothing was.
        """
        mark = len(self._queue)
        sent = self._sent
        self._queue.append(_Waiting(SAVEPOINT, [], []))
        try:
            yield
        except BaseException:
            if self._sent == sent:
                self.cut(mark)
            else:
                self.cut(0)
                self._queue += (_Waiting(ROLLBACK_TO, [], []), _Waiting(RELEASE, [], []))
            raise
        if self._queue and self._queue[-1].statement is SAVEPOINT:
            self._queue.pop()
        else:
            self._queue.append(_Waiting(RELEASE, [], []))

    def execute(self, sql: str, args: Sequence[object]) -> Answer:
        """Send what waits, and this. Raises psycopg.Error, of whichever failed."""
        self.add(sql, args)
        answer = self.send()
        assert answer is not None
        return answer

    def commit(self) -> None:
        """Send what waits and COMMIT, in one. Raises psycopg.Error, also where something failed
        before and nobody said so: the server would answer ROLLBACK to that.
        """
        self._queue.append(_Waiting(COMMIT, [], []))
        answer = self.send()
        if answer is None or answer.status != b"COMMIT":
            raise InFailedSqlTransaction("a statement before had failed")

    def send(self) -> Answer | None:
        """Send what waits; the answer to the last one. Raises psycopg.Error."""
        answer: Answer | None = None
        while self._queue:
            count = min(len(self._queue), MOST_TOGETHER)
            answer = self._run([self._queue.popleft() for _ in range(count)])
        return answer

    def roll_back(self) -> None:
        """Drop what waits and end the transaction; the answer is read before the next statement.

        Until then psycopg can't use the connection (``settle``).
        """
        self.cut(0)
        if self._pgconn.transaction_status == TransactionStatus.IDLE:  # nothing was sent
            return
        self._check()
        try:
            self._unread = self._put([_Waiting(ROLLBACK, [], [])])
            self._pgconn.flush()  # what does not go at once goes with the next
        except BaseException:
            self._close()
            raise

    def settle(self) -> None:
        """Read what ``roll_back`` left. Raises psycopg.Error."""
        if self._unread is None:
            return
        unread, self._unread = self._unread, None
        self._finish(unread)

    def has_settled(self) -> bool:
        """Whether there was nothing wrong with what ``roll_back`` left."""
        try:
            self.settle()
        except Error:
            return False
        return True

    def _run(self, chosen: Sequence[_Waiting]) -> Answer:
        """One round trip."""
        self.settle()
        self._sent += 1
        self._check()
        try:
            sent = self._put(chosen)
        except BaseException:
            self._queue.clear()
            self._close()  # nobody knows what is still on its way
            raise
        return self._finish(sent)

    def _check(self) -> None:
        if self._pgconn.status != ConnStatus.OK:
            raise OperationalError("the connection is closed")

    def _put(self, chosen: Sequence[_Waiting]) -> list[bytes]:
        """Hand statements to libpq. An entry for each answer to come: what it prepares, or none.

        BEGIN is not prepared: nothing may go before it, not even the end of an older statement.
        """
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        prepared = self._begin()
        for each in chosen:
            text, values, formats = each.statement.text, each.values, each.formats
            if len(text) > LONGEST_PREPARED or text.startswith(b"BEGIN"):
                pgconn.send_query_params(text, values, None, formats, BINARY)
            else:
                name = self._prepare(each.statement, prepared)
                pgconn.send_query_prepared(name, values, formats, BINARY)
            prepared.append(b"")
        pgconn.pipeline_sync()
        return prepared

    def _finish(self, prepared: list[bytes]) -> Answer:
        """Hear the answers; the last one. Raises psycopg.Error."""
        try:
            last, failed = self._receive(prepared)
            self._pgconn.exit_pipeline_mode()
        except BaseException:
            self._queue.clear()
            self._close()  # nobody knows what is still on its way
            raise
        if failed is not None:
            self._queue.clear()
            raise error_from_result(failed)
        return Answer(self._transformer, last)

    def _close(self) -> None:
        connection = self._connection()
        if connection is not None:
            connection.close()

    def _begin(self) -> list[bytes]:
        """Begin the transaction that psycopg would begin with the first statement."""
        connection = self._connection()
        if connection is None or connection.autocommit:
            return []
        if self._pgconn.transaction_status != TransactionStatus.IDLE:
            return []
        self._pgconn.send_query_params(b"BEGIN", None)
        return [b""]

    def _prepare(self, one: Statement, prepared: list[bytes]) -> bytes:
        """The name of the statement, which is prepared now if it was not before.

        ``prepared`` gets an entry for each answer that this adds: what is prepared, or nothing.
        """
        name = self._prepared.get(one.text)
        if name is not None:
            self._prepared.move_to_end(one.text)
            return name
        if len(self._prepared) >= MOST_PREPARED:
            _, old = self._prepared.popitem(last=False)
            self._pgconn.send_query_params(b"DEALLOCATE %b" % old, None)
            prepared.append(b"")
        name = self._prepared[one.text] = b"s%d" % next(self._numbers)
        self._pgconn.send_prepare(name, one.text)
        prepared.append(one.text)
        return name

    def _receive(self, prepared: list[bytes]) -> tuple[PGresult, PGresult | None]:
        """The last answer, and the one that says what failed.

        What was not prepared, since it or something before it failed, is forgotten.
        """
        failed: PGresult | None = None
        last: PGresult | None = None
        for text in prepared:
            last = self._await_result(failed)
            if failed is None and last.status in _FAILED:
                failed = last
            if failed is not None and text:
                self._prepared.pop(text, None)
            self._pgconn.get_result()  # the end of this one
        self._await_result(failed)  # that all was heard
        assert last is not None
        return last, failed

    def _await_result(self, failed: PGresult | None) -> PGresult:
        """The next answer. Raises OperationalError when the connection ends before it."""
        try:
            self._await_input()
            found = self._pgconn.get_result()
        except OperationalError:
            if failed is not None:
                raise error_from_result(failed) from None
            raise
        if found is None or self._pgconn.status != ConnStatus.OK:
            cause = failed or found
            if cause is not None and cause.error_field(DiagnosticField.SQLSTATE):
                raise error_from_result(cause)
            raise OperationalError(self._pgconn.get_error_message())
        return found

    def _await_input(self) -> None:
        """Send the rest, and wait until there is an answer."""
        pgconn = self._pgconn
        is_sent = pgconn.flush() == 0
        if is_sent and not pgconn.is_busy():
            return
        poll = select.poll()
        poll.register(pgconn.socket, POLL_BOTH if not is_sent else select.POLLIN)
        while not is_sent or pgconn.is_busy():
            poll.poll()
            pgconn.consume_input()
            if not is_sent and pgconn.flush() == 0:
                is_sent = True
                poll.modify(pgconn.socket, select.POLLIN)


_pipelines: WeakKeyDictionary[Connection[Any], Pipeline] = WeakKeyDictionary()


def pipeline_of(connection: Connection[Any]) -> Pipeline:
    """The one of a connection of psycopg's."""
    found = _pipelines.get(connection)
    if found is None:
        found = _pipelines[connection] = Pipeline(connection)
    return found


def send_before(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Django's ``execute_wrapper``: what waits is sent before what Django sends by itself."""
    raw = context["connection"].connection
    if raw is not None:
        pipeline = pipeline_of(raw)
        pipeline.settle()
        pipeline.changes += 1
        pipeline.send()
    return execute(sql, params, many, context)
