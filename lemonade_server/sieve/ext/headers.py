"""The tests of header fields and addresses (RFC 5228 §5.1, §5.5, §5.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..call import Call
from ..header_fields import HeaderFields
from ..mail import Address, is_field_name
from ..match_tags import MATCH
from ..registry import STRINGS, Tag, test
from ..run import Check, Run
from . import subaddress
from .index import TAGS as INDEX
from .index import index_selector
from .mime import OPTIONS, SCOPE, headers_of, option_reader

NEEDS = ("index", "mime")

ADDRESS_FIELDS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc",
     "resent-bcc", "resent-sender", "resent-reply-to", "return-path", "delivered-to",
     "x-original-to", "envelope-to", "disposition-notification-to", "errors-to", "list-post",
     "x-sieve-redirected-from"}
)  # fmt: skip

PARTS = (
    Tag("all", group="part"),
    Tag("localpart", group="part"),
    Tag("domain", group="part"),
    Tag("user", needs=subaddress.SUBADDRESS, group="part"),
    Tag("detail", needs=subaddress.SUBADDRESS, group="part"),
)

_TAKE: dict[str, Callable[[Address], str | None]] = {
    "all": lambda address: address.whole,
    "localpart": lambda address: address.local,
    "domain": lambda address: address.domain,
    "user": subaddress.user,
    "detail": subaddress.detail,
}


def may_hold_addresses(name: str) -> bool:
    """Whether a test may look for addresses there: not in a field known to hold none (§5.1).

    A name that no field can have is no mistake: it fits nothing (§2.4.2.2).
    """
    return name.lower() in ADDRESS_FIELDS or not is_field_name(name)


def is_any_name(name: str) -> bool:
    """With ``:mime`` every field may be tested as if it held addresses (RFC 5703 §4.2)."""
    return True


def part_of(call: Call) -> Callable[[Iterable[Address]], list[str]]:
    """The part of addresses that a test looks at: the whole unless a tag says otherwise."""
    take = _TAKE[next((name for name in _TAKE if call.has(name)), "all")]
    return lambda found: [part for one in found if (part := take(one)) is not None]


@test("header", STRINGS, STRINGS, tags=(*MATCH, *INDEX, *SCOPE, *OPTIONS))
def header(call: Call) -> Check:
    """One of the fields fits one of the keys."""
    names = call.texts(0)
    keys, match, pick = call.texts(1), call.match(), index_selector(call)
    blocks, option = headers_of(call), option_reader(call, index_selector(call))

    def read(run: Run, fields: HeaderFields, name: str) -> list[str]:
        run.spend(1)
        return pick(fields.values(name)) if option is None else option(run, fields, name)

    def check(run: Run) -> bool:
        return any(
            match.any(
                run,
                [value for name in names.of(run) for value in read(run, fields, name)],
                keys.of(run),
            )
            for fields in blocks(run)
        )

    return check


@test("address", STRINGS, STRINGS, tags=(*MATCH, *INDEX, *SCOPE, *PARTS))
def address(call: Call) -> Check:
    """One of the addresses in these fields fits one of the keys."""
    valid = is_any_name if call.has("mime") else may_hold_addresses
    names = call.constant(0, valid, "is not a header field with addresses")
    keys, match, pick, part = call.texts(1), call.match(), index_selector(call), part_of(call)
    blocks = headers_of(call)

    def check(run: Run) -> bool:
        for fields in blocks(run):
            run.spend(len(names.of(run)))
            found = [one for name in names.of(run) for field in pick(fields.addresses(name))
                     for one in field]  # fmt: skip
            if match.any(run, part(found), keys.of(run)):
                return True
        return False

    return check


@test("exists", STRINGS, tags=SCOPE)
def exists(call: Call) -> Check:
    """There is a field of each of these names (RFC 5228 §5.5)."""
    names, blocks = call.texts(0), headers_of(call)

    def holds(run: Run, fields: HeaderFields) -> bool:
        wanted = names.of(run)
        run.spend(len(wanted))
        return all(fields.unfolded(name) for name in wanted)

    return lambda run: any(holds(run, fields) for fields in blocks(run))
