"""From the structure of a script to what can be run, with every mistake found on the way."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lemonade_server.extensions.loader import load

from . import ext
from .call import Call, Unit
from .errors import Fault, Missing, ScriptError
from .grammar import Argument, ScriptNode, parse
from .late import IHAVE, failing, find_offered, guard, late_needs
from .lexer import ScriptSource, TokenKind
from .registry import COMMANDS, EXTENSIONS, IMPLIED, NUMBER, STRING, TESTS, Form, Tag
from .registry import Kind as Wanted
from .run import Check, Run, Step

load(ext)


@dataclass(slots=True, eq=False, weakref_slot=True)
class Script:
    """A script that can be run, as often as one likes. ``size`` is in tokens, ``included`` as of
    ``call.Unit``.
    """

    steps: list[Step]
    required: frozenset[str]
    included: frozenset[tuple[str, bool]]
    warnings: list[str]
    size: int

    def run(self, run: Run) -> None:
        """Run it. Raises Stop, Return, Fault."""
        for step in self.steps:
            step(run)


def compile_script(octets: bytes) -> Script:
    """Check and compile a script. Raises ScriptError."""
    source = ScriptSource(octets)
    nodes, size = parse(source)
    return _Compiler(source).script(nodes, size)


class _Compiler:
    def __init__(self, source: ScriptSource) -> None:
        self._unit = Unit(source)
        self._warnings: list[str] = []

    def script(self, nodes: list[ScriptNode], size: int) -> Script:
        count = 0
        for node in nodes:
            if node.name != "require":
                break
            self._require(node)
            count += 1
        if IHAVE in self._unit.required:
            self._unit.offered |= find_offered(nodes[count:])
        steps = self._block(nodes[count:])
        unit = self._unit
        return Script(
            steps, frozenset(unit.required), frozenset(unit.included), self._warnings, size
        )

    def _require(self, node: ScriptNode) -> None:
        only = node.arguments[0] if len(node.arguments) == 1 else None
        if (
            only is None
            or only.kind is not TokenKind.STRING
            or node.tests
            or node.block is not None
        ):
            raise self._unit.error("require is followed by a list of extensions", node.offset)
        for name in only.strings:
            if name not in EXTENSIONS:
                raise self._unit.error(
                    f"There is no extension {name!r} here{_near(name, EXTENSIONS)}", only.offset
                )
            self._unit.required.add(name)
            if name in IMPLIED:
                self._unit.required.add(IMPLIED[name])

    # -- blocks and conditions

    def _block(self, nodes: Sequence[ScriptNode]) -> list[Step]:
        steps: list[Step] = []
        at = 0
        while at < len(nodes):
            if nodes[at].name == "if":
                chain = [nodes[at]]
                while at + 1 < len(nodes) and nodes[at + 1].name in ("elsif", "else"):
                    at += 1
                    chain.append(nodes[at])
                    if nodes[at].name == "else":
                        break
                steps.append(self._condition(chain))
            else:
                steps.append(self._command(nodes[at]))
                self._warn_unreachable(nodes, at)
            at += 1
        return steps

    def _condition(self, chain: list[ScriptNode]) -> Step:
        branches = [self._branch(node) for node in chain]

        def run_condition(run: Run) -> None:
            for check, steps in branches:
                run.spend(1)
                if check is None or check(run):
                    for step in steps:
                        step(run)
                    return

        return run_condition

    def _branch(self, node: ScriptNode) -> tuple[Check | None, list[Step]]:
        if node.arguments:
            raise self._unit.error(f"{node.name} takes no argument", node.arguments[0].offset)
        if node.block is None:
            raise self._unit.error(f"{node.name} needs a block in braces", node.offset)
        if node.name == "else":
            if node.tests:
                raise self._unit.error("else takes no test", node.tests[0].offset)
            return None, self._block(node.block)
        if len(node.tests) != 1 or node.listed:
            raise self._unit.error(f"{node.name} needs exactly one test", node.offset)
        return self._test(node.tests[0]), self._block(node.block)

    def _warn_unreachable(self, nodes: Sequence[ScriptNode], at: int) -> None:
        if nodes[at].name in ("stop", "return", "break") and at + 1 < len(nodes):
            line, _ = self._unit.source.place(nodes[at + 1].offset)
            self._warnings.append(f"line {line}: this is never reached, {nodes[at].name} is before")

    # -- commands and tests

    def _command(self, node: ScriptNode) -> Step:
        try:
            return self._known_command(node)
        except Missing as missing:
            if IHAVE not in self._unit.required:
                raise
            return failing(missing)

    def _known_command(self, node: ScriptNode) -> Step:
        if node.name == "require":
            raise self._unit.error("require stands before all other commands", node.offset)
        if node.name in ("elsif", "else"):
            raise self._unit.error(f"{node.name} without an if before it", node.offset)
        form = COMMANDS.get(node.name)
        if form is None:
            if node.name in TESTS:
                raise self._unit.error(f"{node.name!r} is a test, no command", node.offset)
            near = _near(node.name, COMMANDS)
            raise self._unit.missing(f"{node.name!r} is no command{near}", node.offset)
        if form.block and node.block is None:
            raise self._unit.error(f"{node.name} needs a block in braces", node.offset)
        if node.block is not None and not form.block:
            raise self._unit.error(f"{node.name} takes no block", node.offset)
        call, offset, source = self._call(form, node), node.offset, self._unit.source
        step = guard(form.build(call), late_needs(form, call))

        def run_command(run: Run) -> None:
            try:
                run.spend(1)
                step(run)
            except Fault as fault:
                raise _locate(fault, source, offset) from None

        return run_command

    def _test(self, node: ScriptNode) -> Check:
        try:
            return self._known_test(node)
        except Missing as missing:
            if IHAVE not in self._unit.required:
                raise
            return failing(missing)

    def _known_test(self, node: ScriptNode) -> Check:
        form = TESTS.get(node.name)
        if form is None:
            if node.name in COMMANDS:
                raise self._unit.error(f"{node.name!r} is a command, no test", node.offset)
            near = _near(node.name, TESTS)
            raise self._unit.missing(f"{node.name!r} is no test{near}", node.offset)
        call, offset, source = self._call(form, node), node.offset, self._unit.source
        check = guard(form.build(call), late_needs(form, call))

        def run_test(run: Run) -> bool:
            try:
                run.spend(1)
                return check(run)
            except Fault as fault:
                raise _locate(fault, source, offset) from None

        return run_test

    def _call(self, form: Form, node: ScriptNode) -> Call:
        if form.needs and not self._unit.allows(form.needs):
            raise self._unit.missing(f'{node.name} needs: require "{form.needs}";', node.offset)
        positional, tags = self._sort_arguments(form, node)
        values = self._place_arguments(form, node, positional)
        checks = self._checks(form, node)
        return Call(self._unit, node, values, tags, checks, lambda: self._block(node.block or ()))

    def _checks(self, form: Form, node: ScriptNode) -> list[Check]:
        if form.tests is None and not node.listed:
            raise self._unit.error(f"{node.name} needs tests in parentheses", node.offset)
        if form.tests is not None and (len(node.tests) != form.tests or node.listed):
            wanted = "exactly one test" if form.tests else "no test"
            at = node.tests[0].offset if node.tests else node.offset
            raise self._unit.error(f"{node.name} takes {wanted}", at)
        return [self._test(one) for one in node.tests]

    def _sort_arguments(
        self, form: Form, node: ScriptNode
    ) -> tuple[list[Argument], dict[str, Argument | None]]:
        """Positional arguments, and tags with their values."""
        tags: dict[str, Argument | None] = {}
        groups: dict[str, str] = {}
        arguments = iter(node.arguments)
        positional: list[Argument] = []
        for argument in arguments:
            if argument.kind is not TokenKind.TAG:
                positional.append(argument)
                continue
            tag = self._known_tag(form, node, argument)
            if positional:
                raise self._unit.error("Tags stand before the other arguments", argument.offset)
            if tag.name in tags:
                raise self._unit.error(f":{tag.name} is given twice", argument.offset)
            if tag.group and groups.setdefault(tag.group, tag.name) != tag.name:
                raise self._unit.error(
                    f":{tag.name} and :{groups[tag.group]} exclude each other", argument.offset
                )
            tags[tag.name] = None
            if tag.value is not None:
                value = next(arguments, None)
                self._check_kind(f":{tag.name}", tag.value, value, argument.offset)
                tags[tag.name] = value
        return positional, tags

    def _known_tag(self, form: Form, node: ScriptNode, argument: Argument) -> Tag:
        tag = form.tags.get(argument.tag)
        if tag is None:
            near = _near(argument.tag, form.tags)
            raise self._unit.missing(
                f"{node.name} knows no tag :{argument.tag}{near}", argument.offset
            )
        if tag.needs and not self._unit.allows(tag.needs):
            raise self._unit.missing(f':{tag.name} needs: require "{tag.needs}";', argument.offset)
        return tag

    def _place_arguments(
        self, form: Form, node: ScriptNode, given: list[Argument]
    ) -> list[Argument | None]:
        missing = len(form.arguments) - len(given)
        if missing < 0:
            raise self._unit.error(
                f"{node.name} takes no argument here", given[len(form.arguments)].offset
            )
        if missing > form.optional:
            wanted = form.arguments[len(given)].value
            raise self._unit.error(f"{node.name} needs {wanted} more", node.offset)
        values: list[Argument | None] = [*[None] * missing, *given]
        for kind, value in zip(form.arguments, values, strict=True):
            if value is not None:
                self._check_kind(node.name, kind, value, value.offset)
        return values

    def _check_kind(self, name: str, wanted: Wanted, value: Argument | None, offset: int) -> None:
        right = TokenKind.NUMBER if wanted is NUMBER else TokenKind.STRING
        if value is None or value.kind is not right:
            at = offset if value is None else value.offset
            raise self._unit.error(f"{name} needs {wanted.value} here", at)
        if wanted is STRING and value.is_list:
            raise self._unit.error(f"{name} needs one string here, no list", value.offset)


def _locate(fault: Fault, source: ScriptSource, offset: int) -> Fault:
    """The fault with its place, unless something within knew it better."""
    if not fault.place:
        fault.place = "line {}, column {}".format(*source.place(offset))
    return fault


def _near(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name[:64], list(known), 1)
    return f"; did you mean {found[0]!r}?" if found else ""


__all__ = ["Script", "ScriptError", "compile_script"]
