"""``stop``, and the tests that join other tests (RFC 5228 §3.3, §5). See ``compiler.py`` for if."""

from __future__ import annotations

from ..call import Call
from ..registry import NUMBER, Tag, command, test
from ..run import Check, Run, Step, Stop


@command("stop")
def stop(call: Call) -> Step:
    """End the script, and all that include it."""

    def step(run: Run) -> None:
        raise Stop

    return step


@test("true")
def true(call: Call) -> Check:
    """Always true."""
    return lambda run: True


@test("false")
def false(call: Call) -> Check:
    """Never true."""
    return lambda run: False


@test("not", tests=1)
def negation(call: Call) -> Check:
    """The other test is false."""
    check = call.checks[0]
    return lambda run: not check(run)


@test("anyof", tests=None)
def anyof(call: Call) -> Check:
    """One is true; those behind it are not evaluated."""
    return lambda run: any(check(run) for check in call.checks)


@test("allof", tests=None)
def allof(call: Call) -> Check:
    """All are true; those behind a false one are not evaluated."""
    return lambda run: all(check(run) for check in call.checks)


@test("size", NUMBER, tags=(Tag("over", group="size"), Tag("under", group="size")))
def size(call: Call) -> Check:
    """The message has more, or less, octets (RFC 5228 §5.9)."""
    limit = call.number(0)
    if call.has("over"):
        return lambda run: run.mail.size > limit
    if call.has("under"):
        return lambda run: run.mail.size < limit
    raise call.wrong("size needs :over or :under")
