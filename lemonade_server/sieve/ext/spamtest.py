"""``spamtest``: what the spam filter thinks of the message, as a number (RFC 5235 §3.2)."""

from __future__ import annotations

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRING, Tag, extension, test
from ..run import Check, Run

SPAMTEST = extension("spamtest", rfc=5235)
PLUS = extension("spamtestplus", rfc=5235, implies=SPAMTEST)


@test("spamtest", STRING, needs=SPAMTEST, tags=(*MATCH, Tag("percent", needs=PLUS)))
def spamtest(call: Call) -> Check:
    """From 1, no spam, to 10, or from 0 to 100 percent; 0, and nothing to count, when nobody has
    judged it.
    """
    keys, match, percent = call.texts(0), call.match(), call.has("percent")

    def check(run: Run) -> bool:
        share = run.host.spam()
        if share is None:
            values = [] if match.kind == "count" else ["0"]
        else:
            values = [str(_percent(share) if percent else _grade(share))]
        return match.any(run, values, keys.of(run))

    return check


def _percent(share: float) -> int:
    return int(100 * min(max(share, 0.0), 1.0))


def _grade(share: float) -> int:
    """1 is clear of spam, 10 spam for certain, what is between may be (§3.2.1)."""
    if share <= 0:
        return 1
    return 10 if share >= 1 else 2 + int(8 * share)
