"""The test of the envelope (RFC 5228 §5.4)."""

from __future__ import annotations

from ..call import Call
from ..mail import Address
from ..match_tags import MATCH
from ..registry import STRINGS, extension, test
from ..run import Check, Run
from .headers import PARTS, part_of

NEEDS = ("headers",)

ENVELOPE = extension("envelope", rfc=5228)


def split(address: str) -> Address:
    """An address of the envelope; the null reverse-path is an empty one."""
    local, at, domain = address.rpartition("@")
    return Address(local, domain) if at else Address(address, "")


def is_part(name: str) -> bool:
    """Whether the envelope has such a part."""
    return name.lower() in ("from", "to")


@test("envelope", STRINGS, STRINGS, needs=ENVELOPE, tags=(*MATCH, *PARTS))
def envelope(call: Call) -> Check:
    """The sender or the recipient fits one of the keys."""
    names = call.constant(0, is_part, "is no part of the envelope: from, to")
    keys, compare, part = call.texts(1), call.match(), part_of(call)

    def check(run: Run) -> bool:
        found = []
        for name in names.of(run):
            match name.lower():
                case "from":
                    found.append(split(run.mail.sender))
                case "to":
                    found.append(split(run.mail.recipient))
        return compare.any(run, part(found), keys.of(run))

    return check
