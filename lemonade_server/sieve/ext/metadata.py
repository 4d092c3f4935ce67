"""Annotations of mailboxes and of the server (RFC 5490 §3.3 to §4.2)."""

from __future__ import annotations

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRING, STRINGS, extension, test
from ..run import Check, Run

MAILBOX = extension("mboxmetadata", rfc=5490)
SERVER = extension("servermetadata", rfc=5490)
COST = 100
"""Each is looked up in the store."""


@test("metadata", STRING, STRING, STRINGS, needs=MAILBOX, tags=MATCH)
def metadata(call: Call) -> Check:
    """An annotation of a mailbox is there and fits one of the keys."""
    mailbox, name, keys, match = call.text(0), call.text(1), call.texts(2), call.match()

    def check(run: Run) -> bool:
        run.spend(COST)
        found = run.host.annotation(mailbox.of(run), name.of(run))
        return found is not None and match.any(run, [found], keys.of(run))

    return check


@test("metadataexists", STRING, STRINGS, needs=MAILBOX)
def metadataexists(call: Call) -> Check:
    """The mailbox has all of these annotations."""
    mailbox, names = call.text(0), call.texts(1)

    def check(run: Run) -> bool:
        return _all(run, mailbox.of(run), names.of(run))

    return check


@test("servermetadata", STRING, STRINGS, needs=SERVER, tags=MATCH)
def servermetadata(call: Call) -> Check:
    """An annotation of the server is there and fits one of the keys."""
    name, keys, match = call.text(0), call.texts(1), call.match()

    def check(run: Run) -> bool:
        run.spend(COST)
        found = run.host.annotation("", name.of(run))
        return found is not None and match.any(run, [found], keys.of(run))

    return check


@test("servermetadataexists", STRINGS, needs=SERVER)
def servermetadataexists(call: Call) -> Check:
    """The server has all of these annotations."""
    names = call.texts(0)
    return lambda run: _all(run, "", names.of(run))


def _all(run: Run, mailbox: str, names: list[str]) -> bool:
    run.spend(COST * len(names))
    return all(run.host.annotation(mailbox, name) is not None for name in names)
