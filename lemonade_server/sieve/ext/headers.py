"""The tests of header fields and addresses (RFC 5228 §5.1, §5.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..call import Call
from ..mail import Address
from ..registry import STRINGS, Tag, test
from ..run import Check, Run
from . import subaddress
from .index import TAGS as INDEX
from .index import chosen
from .match_tags import MATCH

FIELD_NAME = re.compile(r"[!-9;-~]+")
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


def is_field(name: str) -> bool:
    """Whether a header field could have the name."""
    return FIELD_NAME.fullmatch(name) is not None


def is_address_field(name: str) -> bool:
    """Whether a field holds addresses."""
    return name.lower() in ADDRESS_FIELDS


def part_of(call: Call) -> Callable[[Iterable[Address]], list[str]]:
    """The part of addresses that a test looks at: the whole unless a tag says otherwise."""
    take = _TAKE[next((name for name in _TAKE if call.has(name)), "all")]
    return lambda found: [part for one in found if (part := take(one)) is not None]


@test("header", STRINGS, STRINGS, tags=(*MATCH, *INDEX))
def header(call: Call) -> Check:
    """One of the fields fits one of the keys."""
    names = call.constant(0, is_field, "is not the name of a header field")
    keys, match, pick = call.texts(1), call.match(), chosen(call)

    def check(run: Run) -> bool:
        values = [value for name in names.of(run) for value in pick(run.values(name))]
        return match.any(run, values, keys.of(run))

    return check


@test("address", STRINGS, STRINGS, tags=(*MATCH, *INDEX, *PARTS))
def address(call: Call) -> Check:
    """One of the addresses in these fields fits one of the keys."""
    names = call.constant(0, is_address_field, "is not a header field with addresses")
    keys, match, pick, part = call.texts(1), call.match(), chosen(call), part_of(call)

    def check(run: Run) -> bool:
        found = [one for name in names.of(run) for field in pick(run.addresses(name))
                 for one in field]  # fmt: skip
        return match.any(run, part(found), keys.of(run))

    return check
