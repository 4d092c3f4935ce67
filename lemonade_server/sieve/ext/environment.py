"""``environment``: where the script runs (RFC 5183)."""

from __future__ import annotations

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRING, STRINGS, extension, test
from ..run import Check, Run

ENVIRONMENT = extension("environment", rfc=5183)


@test("environment", STRING, STRINGS, needs=ENVIRONMENT, tags=MATCH)
def environment(call: Call) -> Check:
    """An item fits one of the keys. One that is not known never does, whatever is asked (§4)."""
    name, keys, match = call.text(0), call.texts(1), call.match()

    def check(run: Run) -> bool:
        found = run.host.environment(name.of(run).lower())
        return found is not None and match.any(run, [found] if found else [], keys.of(run))

    return check
