"""One vocabulary: names follow ``docs/glossary.md``. Read from the source."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
PRODUCT = ("lemonade_server", "webmail")
EVERYTHING = (*PRODUCT, "bench", "conformance")

# Rooms that do not keep a rule yet. Nothing is added here.
NOT_YET: tuple[str, ...] = ()

# Participles that do not end in -ed. Verbs whose first form is the same (read, run, put, cut, set,
# reset, split, spread, hit, let) are missing on purpose: as names of functions they are verbs.
IRREGULAR = (
    "told held shown sent kept found given taken made got known written done gone seen said lost "
    "left met paid sold spent spoken thought understood won born chosen drawn driven fallen felt "
    "forgotten frozen grown heard hidden led lent lain lit bound bought brought built caught begun "
    "broken proven risen sunk slept slid stolen stood stuck taught thrown torn worn woken wound "
    "withdrawn unseen unread sworn shot dealt hung undone"
)
# Words that only look like participles.
NOUNS_IN_ED = {"feed", "need", "seed", "speed", "embed", "exceed", "proceed", "succeed"}
# Names whose bare participle is the field's word.
PARTICIPLES_OF_THE_FIELD = {
    "mixed": "the load of a benchmark that does all at once",
    "Vanished": "the response and its tombstones (RFC 7162 §3.2.10); the name of a table",
    "Sent": "the name of a table",
    "Greylisted": "the name of a table",
}
# One name for several classes, because each is its protocol's own of one kind.
SHARED_CLASS_NAMES = {
    "Command": "Django's for a command; what IMAP, submission and ManageSieve register",
    "Goodbye": "how IMAP, submission and ManageSieve end a connection",
    "Service": "what a protocol's sessions share",
    "Session": "a connection's state in a protocol",
}
# What once stood for something else (see the glossary). Whole words of a name.
ABOLISHED = "holds places landing again fates marks keeping kept nursery letter letters glance"
# Terms whose room has another name for them yet.
TERMS_NOT_YET: set[str] = set()


class Name(NamedTuple):
    """A module, or a function or class at the level of one. ``bases``: of a class, as written."""

    text: str
    kind: type
    path: Path
    bases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}: {self.text}"


def names_in(path: Path) -> Iterator[Name]:
    if path.name not in ("__init__.py", "__main__.py"):
        yield Name(path.stem, ast.Module, path)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Name(node.name, ast.FunctionDef, path)
        elif isinstance(node, ast.ClassDef):
            yield Name(node.name, ast.ClassDef, path, tuple(map(ast.unparse, node.bases)))


@cache
def names() -> list[Name]:
    return [
        name
        for package in EVERYTHING
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
        for name in names_in(path)
    ]


@cache
def errors() -> set[str]:
    """The classes that are raised: a participle says of those what has happened."""
    known = {"Exception", "ValueError", "LookupError", "RuntimeError", "OSError"}
    while True:
        more = {
            name.text
            for name in names()
            if {base.rpartition(".")[2] for base in name.bases} & known
        }
        if more <= known:
            return known
        known |= more


def words_of(name: str) -> list[str]:
    """``parse_refusal`` and ``ParseRefusal`` are both parse, refusal."""
    return re.findall(r"[a-z]+|[A-Z]+(?![a-z])", re.sub(r"([A-Z][a-z])", r"_\1", name).lower())


def is_bare_participle(name: Name) -> bool:
    words = words_of(name.text)
    if len(words) != 1 or name.text in errors() or name.text in PARTICIPLES_OF_THE_FIELD:
        return False
    word = words[0]
    return word in IRREGULAR.split() or (word.endswith("ed") and word not in NOUNS_IN_ED)


def is_in(name: Name, rooms: tuple[str, ...]) -> bool:
    return any(f"{name.path.relative_to(ROOT)}".startswith(room) for room in rooms)


def test_no_name_is_a_bare_participle() -> None:
    assert [
        str(name) for name in names() if is_bare_participle(name) and not is_in(name, NOT_YET)
    ] == [], "a function that acts is a verb; a value has a noun: see docs/glossary.md"


def test_a_participle_is_found() -> None:
    def is_found(text: str, kind: type = ast.FunctionDef) -> bool:
        return is_bare_participle(Name(text, kind, ROOT))

    assert all(map(is_found, ["told", "_told", "judged", "_measured", "Wanted"]))
    assert not any(map(is_found, ["read", "run", "feed", "find_leased", "Denied"]))


def test_a_class_has_a_name_of_its_own_in_its_program() -> None:
    homes: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names():
        if name.kind is ast.ClassDef and not name.text.startswith("_") and not is_in(name, NOT_YET):
            path = name.path.relative_to(ROOT)
            homes[path.parts[0], name.text].append(str(path))
    several = {name: paths for (_, name), paths in homes.items() if len(paths) > 1}
    assert {name: several[name] for name in several if name not in SHARED_CLASS_NAMES} == {}, (
        "give one of these classes another name"
    )
    assert [name for name in SHARED_CLASS_NAMES if name not in several] == [], (
        "take it out of SHARED_CLASS_NAMES"
    )


def test_words_that_the_glossary_replaced_are_not_used() -> None:
    assert [
        str(name)
        for name in names()
        if {*ABOLISHED.split()} & {*words_of(name.text)} and not is_in(name, NOT_YET)
    ] == [], "docs/glossary.md has the word that stands for it now"


def terms() -> Iterator[tuple[str, str]]:
    """The terms of the glossary with their meanings."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] != "term" and not cells[0].startswith("--"):
            yield cells[0].strip("`"), cells[1]


def identifiers() -> set[str]:
    """All that is named in the source: folders, modules, classes, functions, fields, arguments."""
    found = set()
    for folder in (*EVERYTHING, "tests"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= {*path.relative_to(ROOT).parts[:-1], path.stem}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                        found.add(node.name)
                    case ast.arg():
                        found.add(node.arg)
                    case ast.AnnAssign(target=ast.Name(id=field)):
                        found.add(field)
    return found


def test_terms_of_the_glossary_are_in_the_source() -> None:
    """A term is the words of an identifier, or its line has one in backticks."""
    listed = dict(terms())
    assert len(listed) > 50
    known = identifiers()
    phrases = "\n".join(" ".join(words_of(name)) for name in known)
    missing = [
        term
        for term, meaning in listed.items()
        if not re.search(rf"\b{re.escape(' '.join(words_of(term)))}(s|es)?\b", phrases)
        and not known & set(re.findall(r"`(\w+)`", meaning))
    ]
    assert [term for term in missing if term not in TERMS_NOT_YET] == [], (
        "no name has this term: correct its line in docs/glossary.md"
    )


def test_what_a_client_got_is_not_called_told() -> None:
    """In tests it is ``received``, or what it is. Those of the webmail follow with their room."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if "webmail" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = {getattr(node, key, None) for key in ("id", "name", "arg")}
                if not isinstance(node, ast.keyword) and names & {"told", "_told", "Told"}:
                    found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert found == [], "call it received, or what it is"
