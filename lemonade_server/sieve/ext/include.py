"""Scripts within scripts, and what they share (RFC 6609)."""

from __future__ import annotations

from ..call import Call
from ..errors import Fault, ScriptError
from ..registry import STRING, STRINGS, Tag, command, extension
from ..run import Return, Run, ScriptFrame, Step
from ..texts import NAME

INCLUDE = extension("include", rfc=6609)
MAX_DEPTH = 10
MAX_INCLUDED = 50
COST = 1000
"""An included script is read from the store and may have to be compiled."""


@command(
    "include",
    STRING,
    needs=INCLUDE,
    tags=(
        Tag("personal", group="location"),
        Tag("global", group="location"),
        Tag("once"),
        Tag("optional"),
    ),
)
def include(call: Call) -> Step:
    """Run another script, as if its commands stood here (§3.2)."""
    name = call.text(0).constant
    if name is None:
        raise call.wrong("The name of a script can't hold variables", 0)
    shared, once, optional = call.has("global"), call.has("once"), call.has("optional")
    call.unit.included.add((name, shared))

    def step(run: Run) -> None:
        if once and (name, shared) in run.included:
            return
        script = run.host.script(name, shared)
        if script is None:
            if optional:
                return
            raise Fault(f"There is no script {name!r} to include")
        _run_included(run, name, shared, script)

    return step


def _run_included(run: Run, name: str, shared: bool, octets: bytes) -> None:
    run.spend(COST)
    run.included.add((name, shared))
    run.depth += 1
    if run.depth > MAX_DEPTH or len(run.included) > MAX_INCLUDED:
        raise Fault("Too many scripts include each other")
    outer, run.frame = run.frame, ScriptFrame()
    try:
        run.compiled(octets)(run)
    except Return:
        pass
    except ScriptError as error:
        raise Fault(f"The included script {name!r} has an error: {error}") from error
    except Fault as fault:
        fault.place = f"{name!r}, {fault.place}" if fault.place else repr(name)
        raise
    finally:
        run.frame = outer
        run.depth -= 1


@command("return", needs=INCLUDE)
def return_(call: Call) -> Step:
    """End this script, and go on in the one that includes it (§3.3)."""

    def step(run: Run) -> None:
        raise Return

    return step


@command("global", STRINGS, needs=INCLUDE)
def global_(call: Call) -> Step:
    """These variables are shared by all scripts of this run (§3.4.1)."""
    if not call.requires("variables"):
        raise call.wrong('global needs: require "variables";')
    names = call.constant(0, lambda name: NAME.fullmatch(name) is not None, "is no variable's name")
    if names.constant is None:
        raise call.wrong("The name of a shared variable can't hold variables", 0)
    shared = {name.lower() for name in names.constant}

    def step(run: Run) -> None:
        run.frame.shared |= shared

    return step
