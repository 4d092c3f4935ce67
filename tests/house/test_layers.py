"""Who may import whom: the layers of the house, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# For each layer the only parts of ours that it may import beside itself.
STORE = {"wire", "files", "models", "store"}
SHARED = {"auth", "directory", "urlauth", "convert"}
MAY_IMPORT = {
    "wire": {"wire"},
    "files": {"files"},
    "extensions": {"extensions"},
    "languages": {"languages"},
    "net": {"wire", "files", "net"},
    "sieve": {"wire", "extensions", "sieve"},
    "models": {"models"},
    "store": STORE,
    "directory": STORE | {"directory"},
    "auth": STORE | {"directory", "auth"},
    "transfer": STORE | {"directory", "auth", "transfer"},
    "urlauth": STORE | SHARED,
    "convert": STORE | {"convert"},
    "imap": STORE | SHARED | {"extensions", "languages", "net", "imap"},
    "dns": {"wire", "dns"},
    "signing": STORE | {"dns", "signing"},
    "screening": {"wire", "dns", "screening"},
    "delivery": STORE | SHARED | {"languages", "net", "dns", "signing", "sieve", "delivery"},
    "managesieve": STORE | SHARED | {"extensions", "net", "sieve", "managesieve"},
    "submission": STORE | SHARED | {"extensions", "net", "delivery", "screening", "submission"},
}
FORBIDDEN_LIBRARIES = {
    "wire": {"asyncio", "django", "time", "socket", "threading"},
    "net": {"django"},
    "sieve": {"asyncio", "django", "time", "socket"},
}


def modules(package: str) -> Iterator[Path]:
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The absolute names that a module imports, anywhere in it."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                module = ".".join([*parent, module]).rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    """The absolute name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "lemonade_server" and len(parts) > 1 else None


@pytest.mark.parametrize("layer", sorted(MAY_IMPORT))
def test_a_layer_imports_only_what_is_below_it(layer: str) -> None:
    paths = list(modules(f"lemonade_server/{layer}"))
    assert paths, f"there is no layer {layer}"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imported(path)
        if (target := layer_of(name)) and target not in MAY_IMPORT[layer]
    ]
    assert wrong == [], "import only what is below: see MAY_IMPORT and docs/architecture.md"


@pytest.mark.parametrize("application", ["lemonade_server", "webmail"])
def test_no_imports_run_in_a_circle(application: str) -> None:
    """Not through others either, not for types alone, and not late inside a function."""
    paths = {named(path): path for path in modules(application)}
    arrows = {name: set(imported(path)) & paths.keys() for name, path in paths.items()}
    for name, targets in arrows.items():
        parents = {other.rpartition(".")[0] for other in targets}
        targets -= {name, *parents}  # ``from package import file`` is an arrow to the file
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


@pytest.mark.parametrize("layer", sorted(FORBIDDEN_LIBRARIES))
def test_a_layer_keeps_its_libraries_out(layer: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(f"lemonade_server/{layer}")
        for name in imported(path)
        if name.split(".")[0] in FORBIDDEN_LIBRARIES[layer]
    ]
    assert wrong == [], "this layer does without that library: see FORBIDDEN_LIBRARIES"


def test_the_webmail_reaches_mail_only_through_one_room() -> None:
    wrong = []
    for path in modules("webmail"):
        in_mail = path.is_relative_to(ROOT / "webmail" / "mail")
        for name in imported(path):
            ours = layer_of(name)
            if ours and not (in_mail and ours == "wire"):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == [], (
        "ask webmail.mail, which speaks IMAP; only that room may import lemonade_server.wire"
    )


def test_only_the_project_names_both_applications() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("lemonade_server")
        if "project" not in path.parts
        for name in imported(path)
        if name.split(".")[0] == "webmail"
    ]
    assert wrong == [], "name it in a setting, as lemonade_server/project does"


def test_every_statement_runs_in_the_store() -> None:
    """``store/db.py`` turns statements for each kind of database, wherever they stand. Nobody else
    has a cursor; pages and the admin use the ORM, without SQL inside it.
    """
    beside = {"cursor", "raw", "extra", "RawSQL", "executescript"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for application in ("lemonade_server", "webmail")
        for path in modules(application)
        if path.relative_to(ROOT).parts[1] != "store"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in beside
    ]
    assert wrong == [], "give lemonade_server/store a function that runs it"


STATEMENT = re.compile(
    r"\s*(WITH\s.+\sAS\s*\(|SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s)"
)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module but its docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documents:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def test_every_statement_is_written_in_one_folder() -> None:
    """What the two kinds of database say differently stands in ``store/vendor.py``."""
    allowed = {"lemonade_server/store/vendor.py"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for application in ("lemonade_server", "webmail")
        for path in modules(application)
        if path.parent != ROOT / "lemonade_server" / "store" / "sql"
        and str(path.relative_to(ROOT)) not in allowed
        for line, text in texts(path)
        if STATEMENT.match(text)
    ]
    assert wrong == [], "move the text of the statement to lemonade_server/store/sql"


def test_the_store_has_errors_of_its_own() -> None:
    """Each protocol puts them into its own words; none of these is known below it."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules("lemonade_server/store")
        if "lemonade_server.wire.errors" in set(imported(path))
    ]
    assert wrong == [], "raise an error of store/errors.py; protocols put it into their words"


def test_replies_are_raised_in_protocols_alone() -> None:
    """What commands, the admin and several protocols share raises errors of the store."""
    protocols = {"imap", "submission", "managesieve", "wire", "delivery"}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("lemonade_server")
        if path.relative_to(ROOT / "lemonade_server").parts[0] not in protocols
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if getattr(node.exc.func, "id", "") in ("Bad", "No", "Reply")
    ]
    assert wrong == [], "raise an error of store/errors.py; see store_errors.py of each protocol"
