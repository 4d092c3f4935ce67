"""``vacation`` (RFC 5230). Who is answered, and how often, is decided at the delivery."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..address import addr_spec, is_address
from ..call import Call
from ..outcome import Vacation
from ..registry import NUMBER, STRING, STRINGS, Tag, command, extension
from ..run import Run, Step
from . import fcc

VACATION = extension("vacation", rfc=5230)
DAY = 86_400  # seconds
DEFAULT_PERIOD, LONGEST_PERIOD = 7 * DAY, 90 * DAY
LONGEST_REASON = 65_536
LONGEST_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class PeriodUnit:
    """What a tag counts the period in, and the shortest one that it can ask for, in seconds."""

    seconds: int
    shortest: int


UNITS = {"days": PeriodUnit(DAY, DAY)}


@command(
    "vacation",
    STRING,
    needs=VACATION,
    tags=(
        Tag("days", value=NUMBER, group="period"),
        Tag("subject", value=STRING),
        Tag("from", value=STRING),
        Tag("addresses", value=STRINGS),
        Tag("mime"),
        Tag("handle", value=STRING),
        *fcc.TAGS,
    ),
)
def vacation(call: Call) -> Step:
    """Answer the sender that the owner is away (§4)."""
    reason, subject, sender = call.text(0), call.tagged_text("subject"), call.tagged_text("from")
    addresses, handle = call.tagged_texts("addresses"), call.tagged_text("handle")
    period, copy = _period(call), fcc.copy_of(call)
    mime = call.has("mime")
    if sender is not None and sender.constant is not None and not is_address(sender.constant):
        raise call.wrong_tag(f"{sender.constant!r} is not an e-mail address", "from")

    def step(run: Run) -> None:
        told, title = reason.of(run)[:LONGEST_REASON], subject.of(run) if subject else ""
        by, also = sender.of(run) if sender else "", addresses.of(run) if addresses else []
        if handle is not None:
            mark = handle.of(run)
        else:
            # Answers that differ are different answers (§4.2).
            told_apart = "\0".join((told, title, by, str(mime))).encode()
            mark = hashlib.sha256(told_apart).hexdigest()
        title = title[:LONGEST_SUBJECT]
        run.act(
            Vacation(
                told,
                period,
                title,
                by,
                _addr_specs(also),
                mime,
                mark,
                run.changed_header,
                copy(run),
            )
        )

    return step


def _period(call: Call) -> int:
    """Seconds in which nobody is answered twice."""
    for tag, unit in UNITS.items():
        given = call.tagged_number(tag)
        if given is not None:
            return min(max(given * unit.seconds, unit.shortest), LONGEST_PERIOD)
    return DEFAULT_PERIOD


def _addr_specs(values: list[str]) -> list[str]:
    """The addresses alone; what is none can't be the owner's, and is left out."""
    return [addr_spec(value) for value in values if is_address(value)]
