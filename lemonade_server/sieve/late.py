"""Extensions that a script asks for while it runs, by ``ihave`` (RFC 5463 §4).

What a script may say is then not known before it runs: a word that is missing fails when its turn
comes, and a word of an extension that was only asked for works from the answer on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, TypeVar

from .call import Call
from .comparators import BUILT_IN
from .errors import Fault, Missing
from .grammar import ScriptNode
from .registry import EXTENSIONS, IMPLIED, Form
from .run import Run

IHAVE = "ihave"
UNFIT = {"encoded-character", "variables"}
"""They change how the script itself is read."""

Answer = TypeVar("Answer")


def is_available(name: str) -> bool:
    """Whether ``ihave`` may enable an extension."""
    return name in EXTENSIONS and name not in UNFIT


def with_implied(names: Sequence[str]) -> set[str]:
    """Extensions with those that they bring along."""
    return {*names, *(IMPLIED[name] for name in names if name in IMPLIED)}


def find_offered(nodes: Sequence[ScriptNode]) -> set[str]:
    """The extensions that tests of these commands may enable."""
    return with_implied([name for name in _asked_for(nodes) if is_available(name)])


def _asked_for(nodes: Sequence[ScriptNode]) -> Iterator[str]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.name == IHAVE:
            for argument in node.arguments:
                yield from argument.strings
        waiting += node.tests
        waiting += node.block or ()


def late_needs(form: Form, call: Call) -> frozenset[str]:
    """The extensions that one command or test uses and that the script has not required."""
    needs = {form.needs, *(form.tags[name].needs for name in call.tags)} - {""}
    comparator = call.tags.get("comparator")
    if comparator is not None and comparator.strings[0] not in BUILT_IN:
        needs.add(f"comparator-{comparator.strings[0]}")
    return frozenset(needs - call.unit.required)


def guard(act: Callable[[Run], Answer], needs: frozenset[str]) -> Callable[[Run], Answer]:
    """The same, which fails as long as one of the extensions has not been found."""
    if not needs:
        return act

    def act_if_enabled(run: Run) -> Answer:
        run.check_enabled(needs)
        return act(run)

    return act_if_enabled


def failing(missing: Missing) -> Callable[[Run], NoReturn]:
    """What stands for a command or test that is not there: it fails when it is run."""

    def fail(run: Run) -> NoReturn:
        raise Fault(missing.text, f"line {missing.line}, column {missing.column}")

    return fail
