"""Messages of a CONVERT: what is read of them, what is converted, and the CONVERTED response.

Everything of a message is converted before its response begins, for nothing may come between its
lines; results stay in files until they are sent.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lemonade_server.convert import request as orders
from lemonade_server.convert.cache import ConversionResult
from lemonade_server.convert.converter import Converter
from lemonade_server.convert.errors import ConversionPostponed, ConversionRefused, Params
from lemonade_server.convert.parts import PartSource, source
from lemonade_server.convert.request import ConversionRequest
from lemonade_server.imap.ext.convert import grammar as grammar
from lemonade_server.imap.ext.convert.grammar import ConvertArguments, ConvertItem
from lemonade_server.imap.view import View
from lemonade_server.store import extract, ghosts, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import ContentId
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire import fetch_structures, recoding
from lemonade_server.wire.mime import Part
from lemonade_server.wire.section import Section
from lemonade_server.wire.syntax import literal_head, quoted_string, string

INLINE_OCTETS = 262_144
HEADERS = "text/rfc822-headers"
FIELDS = (MessageField.CONTENT, MessageField.SIZE, MessageField.PART_TABLE)
_UNQUOTABLE = re.compile(r"[\x00-\x1f]")


@dataclass(slots=True)
class Failure:
    """An ERROR phrase in place of data (§9); ``later``: it may succeed another time."""

    phrase: bytes
    later: bool = False


@dataclass(slots=True)
class Span:
    """Octets [low, high) of a result that is too large to be held."""

    result: ConversionResult
    low: int
    high: int


Piece: TypeAlias = bytes | Span
Value: TypeAlias = bytes | Failure


@dataclass(slots=True)
class SourceMessage:
    """What was read of a message. A source is None where there is no such part."""

    uid: int
    sources: dict[str, PartSource | None] = field(default_factory=dict)
    headers: dict[bytes, Value] = field(default_factory=dict)


def look(
    tx: Tx, view: View, uids: Sequence[int], asked: ConvertArguments, *, expunged: bool
) -> list[SourceMessage]:
    """Read what is asked for of those messages that are still there.

    With ``expunged`` those that others expunged just now are there, as in FETCH.
    """
    found = []
    rows = messages.rows(tx, view.mailbox, uids, FIELDS)
    if expunged and len(rows) < len(uids):
        rows = ghosts.beside(tx, view.mailbox, uids, FIELDS, rows)
    for uid, content, size, parts in rows:
        message = SourceMessage(uid)
        for item in asked.items:
            where = tx, ContentId(content), size, bytes(parts)
            if item.kind == grammar.BODY:
                message.headers[item.label] = _header(*where, item.place, asked)
            elif item.place not in message.sources:
                message.sources[item.place] = source(*where, item.place)
        found.append(message)
    return found


def _header(
    tx: Tx, content: ContentId, size: int, parts: bytes, place: str, asked: ConvertArguments
) -> Value:
    """A header in the charset asked for (§6)."""
    given = dict(asked.params)
    if "charset" not in given:
        return _missing_charset()
    faults = orders.header_faults(asked.params)
    if faults:
        return failure(
            ConversionRefused("the parameters do not fit a header", faults), HEADERS, HEADERS
        )
    found = extract.locate(tx, content, size, parts, Section(place))
    if found is None:
        return failure(ConversionRefused("there is no such part"), None, HEADERS)
    charset = recoding.Charset(given["charset"], given.get("unknown-character-replacement"))
    try:
        return string(recoding.recode(found.read(tx), charset))
    except recoding.Unwritable as error:
        at_fault = [("charset", given["charset"])]
        return failure(ConversionRefused(str(error), at_fault), HEADERS, HEADERS)


def _missing_charset() -> Failure:
    kind = quoted_string(HEADERS.encode())
    return Failure(
        b'(ERROR "a header is converted to a charset" MISSINGPARAMETERS %b %b ("charset"))'
        % (kind, kind)
    )


def failure(
    error: ConversionRefused | ConversionPostponed, origin: str | None, target: str | None
) -> Failure:
    """The phrase for an error; no ``origin`` means that the part does not exist."""
    text = quoted_string(_UNQUOTABLE.sub("?", error.text).encode("ascii", "replace"))
    if isinstance(error, ConversionPostponed):
        return Failure(b"(ERROR %b TEMPFAIL %d)" % (text, error.minutes), later=True)
    pair = [
        quoted_string(origin.encode()) if origin else b"NIL",
        quoted_string((target or "text/plain").encode()),
    ]
    if error.params:
        pair.append(b"(%b)" % _params(error.params))
    return Failure(b"(ERROR %b BADPARAMETERS %b)" % (text, b" ".join(pair)))


def _params(params: Params) -> bytes:
    words = [word.encode("utf-8", "surrogateescape") for pair in params for word in pair]
    return b" ".join(map(string, words))


Wait: TypeAlias = Callable[[Awaitable[ConversionResult]], Awaitable[ConversionResult]]


@dataclass(slots=True)
class MessageConversions:
    """One message's conversions. ``results`` are open files: ``close`` them."""

    converter: Converter
    account: int
    asked: ConvertArguments
    looked: SourceMessage
    wait: Wait
    results: dict[str, ConversionResult | Failure] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    succeeded: int = 0

    async def convert(self) -> None:
        """Make all that is asked for."""
        for place in sorted(self.asked.parts()):
            self.results[place] = await self._result(place)

    async def _result(self, place: str) -> ConversionResult | Failure:
        found = self._chosen(place)
        if isinstance(found, Failure):
            return found
        part, order = found
        try:
            return await self.wait(self.converter.convert(self.account, part, order))
        except (ConversionRefused, ConversionPostponed) as error:
            return failure(error, part.type, order.conversion.target)

    def _chosen(self, place: str) -> tuple[PartSource, ConversionRequest] | Failure:
        """The part with the conversion that is meant."""
        part, asked = self.looked.sources[place], self.asked
        if part is None:
            return failure(ConversionRefused("there is no such part"), None, asked.target)
        conversion = orders.choose(part.type, asked.target, asked.params, self.converter.picture)
        try:
            if part.problem:
                raise ConversionRefused(part.problem)
            return part, orders.check_request(conversion, asked.params)
        except ConversionRefused as error:
            return failure(error, part.type, conversion.target)

    async def response(self, head: bytes) -> list[Piece]:
        """The response behind ``head``, its last line end included."""
        out: list[Piece] = [head]
        gap = b"" if head.endswith(b"(") else b" "
        for item in self.asked.items:
            out += [b"%b%b " % (gap, item.label), *await self._value(item)]
            gap = b" "
        out.append(b")\r\n")
        return out

    async def _value(self, item: ConvertItem) -> list[Piece]:
        value = self._answer(item)
        if isinstance(value, Failure):
            self.failures.append(value)
            return [value.phrase]
        self.succeeded += 1
        if isinstance(value, bytes):
            return [value]
        low, high = extract.cut(0, value.size, item.partial or (0, None))
        if high - low > INLINE_OCTETS:
            return [literal_head(high - low, binary=value.facts.binary), Span(value, low, high)]
        data = await self.converter.db.run(lambda: value.read(low, high))
        return [string(data, allow8=True)]

    def _answer(self, item: ConvertItem) -> bytes | ConversionResult | Failure:
        if item.kind == grammar.BODY:
            return self.looked.headers[item.label]
        if item.kind == grammar.AVAILABLE:
            return self._available(item.place)
        found = self.results[item.place]
        if isinstance(found, Failure) or item.kind == grammar.BINARY:
            return found
        return b"%d" % found.size if item.kind == grammar.SIZE else structure(found)

    def _available(self, place: str) -> Value:
        """The types that a part can be converted to, in two pairs of parentheses (§8.4)."""
        part, asked = self.looked.sources[place], self.asked
        if part is None or part.problem:
            found = self._chosen(place)
            assert isinstance(found, Failure)  # it says why
            return found
        picture = self.converter.picture
        try:
            possible = orders.targets(part.type, asked.target, asked.params, picture)
        except ConversionRefused as error:
            chosen = orders.choose(part.type, asked.target, asked.params, picture)
            return failure(error, part.type, chosen.target)
        return b"((%b))" % b" ".join(quoted_string(each.target.encode()) for each in possible)

    def close(self) -> None:
        """Let go of the results."""
        for result in self.results.values():
            if isinstance(result, ConversionResult):
                result.close()


def structure(result: ConversionResult) -> bytes:
    """The body structure of a result (§8.2)."""
    kind, _, subtype = result.facts.type.partition("/")
    params = [
        (name, value.encode("utf-8", "surrogateescape").decode("latin-1"))
        for name, value in result.facts.params
    ]
    part = Part(
        0,
        0,
        kind,
        subtype,
        params,
        encoding="8bit" if kind == "text" else "binary",
        stop=result.size,
        lines=result.facts.lines,
    )
    return fetch_structures.structures(part, lambda *_: b"")[1]
