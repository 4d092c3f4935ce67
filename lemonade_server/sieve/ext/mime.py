"""``:mime`` and its options: tests of the header fields of parts (RFC 5703 §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lemonade_server.wire import parameters, text

from ..call import Call
from ..header_fields import HeaderFields
from ..registry import STRINGS, Tag, extension
from ..run import Run

MIME = extension("mime", rfc=5703)

SCOPE = (Tag("mime", needs=MIME), Tag("anychild", needs=MIME))
"""Of all tests that look at header fields."""

OPTIONS = (
    Tag("type", needs=MIME, group="option of :mime"),
    Tag("subtype", needs=MIME, group="option of :mime"),
    Tag("contenttype", needs=MIME, group="option of :mime"),
    Tag("param", needs=MIME, value=STRINGS, group="option of :mime"),
)
"""Of the test ``header``."""

Pick = Callable[[list[bytes]], list[bytes]]
Reader = Callable[[Run, HeaderFields, str], list[str]]


def headers_of(call: Call) -> Callable[[Run], Iterable[HeaderFields]]:
    """The header blocks that a test looks at, one of which must fit: without ``:mime`` that of the
    message, also within ``foreverypart``. Raises ScriptError.
    """
    if not call.has("mime"):
        for tag in (*SCOPE, *OPTIONS):
            if call.has(tag.name):
                raise call.wrong(f":{tag.name} needs :mime")
        return lambda run: (run.own_fields,)
    if call.has("anychild"):
        return lambda run: map(run.fields_of, (run.part or run.mail.root).walk())
    return lambda run: (run.fields_of(run.part or run.mail.root),)


def option_reader(call: Call, pick: Pick) -> Reader | None:
    """What an option of ``:mime`` makes of the fields of a name; None without one.

    ``pick`` chooses among these fields. A field that can't be parsed counts for nothing.
    """
    names = call.tagged_texts("param")
    if names is not None:
        return lambda run, fields, name: [
            value
            for raw in _charge(run, pick(fields.unfolded(name)))
            for value in _parameters(run, raw, names.of(run))
        ]
    option = next((tag.name for tag in OPTIONS if call.has(tag.name)), None)
    if option is None:
        return None
    return lambda run, fields, name: [
        value
        for raw in _charge(run, pick(fields.unfolded(name)))
        if (value := _part_of_value(raw, name.lower(), option)) is not None
    ]


def _charge(run: Run, raw: list[bytes]) -> list[bytes]:
    run.spend(1 + sum(len(one) for one in raw) // 64)
    return raw


def _part_of_value(raw: bytes, name: str, option: str) -> str | None:
    """A type, a disposition, or a blank string for fields that have neither (§4.1)."""
    if name == "content-type":
        found = parameters.media_type(raw)
        if found is None:
            return None
        kind, subtype, _ = found
        return {"type": kind, "subtype": subtype}.get(option, f"{kind}/{subtype}")
    if name == "content-disposition":
        disposition = parameters.disposition(raw)
        if disposition is None:
            return None
        return "" if option == "subtype" else disposition[0]
    return ""


def _parameters(run: Run, raw: bytes, wanted: list[str]) -> list[str]:
    """The values of these parameters, put together and decoded (RFC 2231, RFC 2047)."""
    found = parameters.params(raw)
    run.spend(len(wanted) * (1 + len(found)))
    values = (parameters.parameter(found, one.lower()) for one in wanted)
    return [text.parameter_text(*value) for value in values if value is not None]
