"""The tests of header fields and addresses (RFC 5228 §5.1, §5.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..call import Call
from ..mail import Address, is_field_name
from ..registry import STRINGS, Tag, test
from ..run import Check, Run
from . import subaddress
from .index import TAGS as INDEX
from .index import index_selector
from .match_tags import MATCH

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


def part_of(call: Call) -> Callable[[Iterable[Address]], list[str]]:
    """The part of addresses that a test looks at: the whole unless a tag says otherwise."""
    take = _TAKE[next((name for name in _TAKE if call.has(name)), "all")]
    return lambda found: [part for one in found if (part := take(one)) is not None]


@test("header", STRINGS, STRINGS, tags=(*MATCH, *INDEX))
def header(call: Call) -> Check:
    """One of the fields fits one of the keys."""
    names = call.texts(0)
    keys, match, pick = call.texts(1), call.match(), index_selector(call)

    def check(run: Run) -> bool:
        values = [value for name in names.of(run) for value in pick(run.values(name))]
        return match.any(run, values, keys.of(run))

    return check


@test("address", STRINGS, STRINGS, tags=(*MATCH, *INDEX, *PARTS))
def address(call: Call) -> Check:
    """One of the addresses in these fields fits one of the keys."""
    names = call.constant(0, may_hold_addresses, "is not a header field with addresses")
    keys, match, pick, part = call.texts(1), call.match(), index_selector(call), part_of(call)

    def check(run: Run) -> bool:
        found = [one for name in names.of(run) for field in pick(run.addresses(name))
                 for one in field]  # fmt: skip
        return match.any(run, part(found), keys.of(run))

    return check
