"""The test of the body (RFC 5173)."""

from __future__ import annotations

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRINGS, Tag, extension, test
from ..run import Check, Run

BODY = extension("body", rfc=5173)

TRANSFORMS = (
    Tag("raw", group="transform"),
    Tag("content", value=STRINGS, group="transform"),
    Tag("text", group="transform"),
)


@test("body", STRINGS, needs=BODY, tags=(*MATCH, *TRANSFORMS))
def body(call: Call) -> Check:
    """The body, or a part of it, fits one of the keys. Match variables are not set (§6)."""
    keys, match, kinds = call.texts(0), call.match(captures=False), call.tagged_texts("content")
    raw = call.has("raw")

    def check(run: Run) -> bool:
        if not run.mail.has_body:
            found = []
        elif raw:
            found = [run.mail.raw_body()]
        elif kinds is not None:
            found = run.mail.bodies(kinds.of(run))
        else:
            found = run.mail.readable()
        return match.any(run, found, keys.of(run))

    return check
