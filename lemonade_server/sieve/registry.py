"""What a script may say: commands, tests, tags, comparators and the extensions that bring them.

Each file in ``ext/`` registers its words here, once; the SIEVE capability of ManageSieve is
computed from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .call import Call
    from .run import Check, Step


class Kind(Enum):
    """What an argument is."""

    STRING = "a string"
    STRINGS = "a string or a list of strings"
    NUMBER = "a number"


STRING, STRINGS, NUMBER = Kind.STRING, Kind.STRINGS, Kind.NUMBER


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged argument. ``value``: what follows it. Tags of one ``group`` exclude each other."""

    name: str
    needs: str = ""
    value: Kind | None = None
    group: str = ""


@dataclass(slots=True)
class Form:
    """How a command or test is written.

    ``optional`` of the first arguments may be left out. ``tests``: how many stand behind it, None
    for a list of them. ``build`` makes what is run.
    """

    name: str
    needs: str
    arguments: tuple[Kind, ...]
    optional: int
    tests: int | None
    block: bool
    tags: dict[str, Tag] = field(default_factory=dict)


@dataclass(slots=True)
class CommandForm(Form):
    """A command."""

    build: Callable[[Call], Step] = field(kw_only=True)


@dataclass(slots=True)
class TestForm(Form):
    """A test."""

    build: Callable[[Call], Check] = field(kw_only=True)


EXTENSIONS: dict[str, int] = {}
"""Capability strings of ``require`` and the RFCs that define them, 0 where none does."""

IMPLIED: dict[str, str] = {}
"""Capability strings that bring another one along."""

COMMANDS: dict[str, CommandForm] = {}
TESTS: dict[str, TestForm] = {}


def extension(name: str, rfc: int = 0, implies: str = "") -> str:
    """Register a capability string; who requires it need not require what it ``implies``.

    One of our own has no RFC, and a name of a vendor: ``vnd.…`` (RFC 5228 §6.2).
    """
    EXTENSIONS[name] = rfc
    if implies:
        IMPLIED[name] = implies
    return name


def capabilities() -> list[str]:
    """All capability strings, for ``require`` and the SIEVE capability (RFC 5804 §1.7)."""
    return sorted(EXTENSIONS)


def command(
    name: str, *arguments: Kind, needs: str = "", tags: tuple[Tag, ...] = (), optional: int = 0,
    block: bool = False,
) -> Callable[[Callable[[Call], Step]], Callable[[Call], Step]]:  # fmt: skip
    """Register the builder of a command, which ends with a semicolon or has a block in braces."""

    def register(build: Callable[[Call], Step]) -> Callable[[Call], Step]:
        form = CommandForm(name, needs, arguments, optional, 0, block, build=build)
        COMMANDS[name] = form
        _add(form, tags)
        return build

    return register


def test(
    name: str,
    *arguments: Kind,
    needs: str = "",
    tags: tuple[Tag, ...] = (),
    optional: int = 0,
    tests: int | None = 0,
) -> Callable[[Callable[[Call], Check]], Callable[[Call], Check]]:
    """Register the builder of a test."""

    def register(build: Callable[[Call], Check]) -> Callable[[Call], Check]:
        form = TestForm(name, needs, arguments, optional, tests, False, build=build)
        TESTS[name] = form
        _add(form, tags)
        return build

    return register


def more_tags(form: Form, *tags: Tag) -> None:
    """Let an extension add tags to a command or test that another one brought."""
    _add(form, tags)


def _add(form: Form, tags: tuple[Tag, ...]) -> None:
    for tag in tags:
        form.tags[tag.name] = tag
