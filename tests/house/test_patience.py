"""Tests wait for conditions, not for a time, and are patient; they take ports that are free."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
MAY_LET_TIME_PASS = {"patience.py", "supervised.py"}
"""``supervised.py`` is no test but a child that lives until it is stopped."""

SLEEPS = {"sleep", "wait_for_timeout"}
OPENS = {
    "bind", "connect", "create_connection", "create_server", "listen", "open_connection",
    "start_server", "SMTP", "SMTP_SSL", "IMAP4", "IMAP4_SSL",
}  # fmt: skip
SETTING = re.compile(r"(\w+_)?PORT")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(TESTS.rglob("*.py")):
        yield path.relative_to(TESTS), ast.parse(path.read_text(encoding="utf-8"))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def unconditional_sleeps(node: ast.AST, in_loop: bool = False) -> Iterator[int]:
    """The lines of sleeps that no ``while`` repeats until its condition is true. A sleep of no time
    only lets others run.
    """
    if isinstance(node, ast.Call) and name_of(node) in SLEEPS and not in_loop:
        of_no_time = [ast.unparse(word) for word in node.args] == ["0"]
        yield from [] if of_no_time else [node.lineno]
    inside = in_loop or isinstance(node, ast.While)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        inside = False
    for child in ast.iter_child_nodes(node):
        yield from unconditional_sleeps(child, inside)


def test_nobody_sleeps_but_until_a_condition_is_true() -> None:
    wrong = [
        f"{path}:{line}"
        for path, tree in trees()
        if path.name not in MAY_LET_TIME_PASS
        for line in unconditional_sleeps(tree)
    ]
    assert wrong == [], "wait for a condition; where time itself is the subject: patience.let_pass"


def is_port(node: ast.expr) -> bool:
    """Whether it is a number of a port where somebody could listen. 0 lets the system choose, and
    nobody listens on 1.
    """
    text = ast.unparse(node).strip("'")
    return text.isdecimal() and int(text) > 1


def literal_ports(call: ast.Call) -> Iterator[int]:
    addresses = [arg.elts for arg in call.args if isinstance(arg, ast.Tuple)] or [call.args]
    if name_of(call) in OPENS:
        yield from (call.lineno for pair in addresses if len(pair) > 1 and is_port(pair[1]))
    for word in call.keywords:
        if word.arg and SETTING.fullmatch(word.arg) and is_port(word.value):
            yield call.lineno


def test_nobody_names_a_port() -> None:
    wrong = [
        f"{path}:{line}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for line in literal_ports(node)
    ]
    assert wrong == [], "another run may have it: take free_ports of tests/mailserver.py, or 0"


PATIENCE = 60.0
"""Seconds that a test waits at least before it fails: a busy machine is slow, not wrong."""
WAITS = {"wait", "join", "wait_for", "settimeout", "result", "acquire", "communicate", "timeout"}
SHORT = 1.0
"""Shorter ones are no limits but pauses of a loop, or the subject."""
TRIED_AGAIN = {
    "urllib.request.urlopen(f'{self.url}/healthz', timeout=5)",
    "urllib.request.urlopen(f'{url}/ping', timeout=5)",
    "imaplib.IMAP4('127.0.0.1', port, timeout=5)",
    "socket.create_connection(('127.0.0.1', self._port), timeout=5)",
    "page.goto('chrome://crash', timeout=2000)",
    "peer.settimeout(2)",
}
"""Whoever calls these is prepared for no answer."""


def short_limits(tree: ast.AST) -> Iterator[int]:
    """The lines on which something is waited for less than PATIENCE."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node) not in TRIED_AGAIN:
            limits = [word.value for word in node.keywords if word.arg == "timeout"]
            limits += node.args[-1:] if name_of(node) in WAITS else []
        elif isinstance(node, ast.BinOp) and ast.unparse(node.left).endswith("monotonic()"):
            limits = [node.right] if isinstance(node.op, ast.Add) else []
        else:
            continue
        for limit in limits:
            if isinstance(limit, ast.Constant) and isinstance(limit.value, int | float):
                seconds = limit.value / (1000 if limit.value >= 1000 else 1)  # as Playwright has it
                if SHORT <= seconds < PATIENCE:
                    yield node.lineno


def test_nobody_gives_up_soon() -> None:
    wrong = [f"{path}:{line}" for path, tree in trees() for line in short_limits(tree)]
    assert wrong == [], f"a wait of a test has a limit of {PATIENCE:g} seconds or more"


def test_the_tests_of_this_file_can_fail() -> None:
    bad = "sleep(1)\nwhile x:\n    sleep(1)\nfor x in y:\n    time.sleep(0.1)\nsleep(0)\n"
    assert list(unconditional_sleeps(ast.parse(bad))) == [1, 5]
    calls = [
        "connect(('h', 80))",
        "open_connection('h', 80)",
        "f(WEB_PORT='80')",
        "connect('h', 0)",
    ]
    found = [ast.parse(call, mode="eval").body for call in calls]
    waits = "x.wait(5)\nx.wait(60)\nf(timeout=15_000)\nmonotonic() + 10\nx.wait(0.1)\nx.join(10)"
    assert sorted(short_limits(ast.parse(waits))) == [1, 3, 4, 6]
    assert [len(list(literal_ports(c))) for c in found if isinstance(c, ast.Call)] == [1, 1, 1, 0]
