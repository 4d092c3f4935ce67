"""The rooms of the webmail: how high they stand, and what stays inside which."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

from tests.house.test_layers import ROOT, imported, modules

WEBMAIL = ROOT / "webmail"
MOST_FLOORS = 8
MAIL = WEBMAIL / "mail"
CLIENT = MAIL / "imap" / "client.py"
FLAG = re.compile(r"\\(Seen|Answered|Flagged|Deleted|Draft|Recent)\b", re.IGNORECASE)


def room_of(path: Path) -> str:
    """A folder of the webmail is one room, a file beside the folders another."""
    return path.relative_to(WEBMAIL).parts[0].removesuffix(".py")


def arrows() -> dict[str, set[str]]:
    """For each room those that it imports."""
    rooms = {room_of(path) for path in modules("webmail")} - {"__init__"}
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for path in modules("webmail"):
        for name in imported(path):
            first, _, rest = name.partition(".")
            target = rest.partition(".")[0]
            if first == "webmail" and target in rooms:
                found[room_of(path)].add(target)
    return {room: targets - {room} for room, targets in found.items()}


def views() -> list[Path]:
    """The modules whose functions answer requests for pages."""
    return [
        path
        for path in modules("webmail")
        if any(name.endswith(("page.mail_page", "decorators.http")) for name in imported(path))
    ]


def attributes(path: Path) -> set[str]:
    """What is taken out of objects in a module."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_the_rooms_stand_on_few_floors_and_in_no_circle() -> None:
    """A room stands above all that it imports."""
    graph = arrows()
    floors: dict[str, int] = {}
    for room in TopologicalSorter(graph).static_order():  # raises CycleError
        floors[room] = 1 + max((floors[below] for below in graph[room]), default=0)
    assert max(floors.values()) <= MOST_FLOORS, f"see docs/architecture.md; floors are {floors}"


def test_other_rooms_know_the_face_of_mail_alone() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("webmail")
        if not path.is_relative_to(MAIL)
        for name in imported(path)
        if name.startswith("webmail.mail.") and (WEBMAIL.parent / _as_path(name)).exists()
    ]
    assert wrong == [], "take it from webmail.mail itself, or ask MailSession"


def _as_path(name: str) -> Path:
    """Where a module or package of that name would be."""
    path = Path(*name.split("."))
    return path if (ROOT / path).is_dir() else path.with_suffix(".py")


def test_the_face_of_mail_gives_no_connection_away() -> None:
    given = set((MAIL / "__init__.py").read_text(encoding="utf-8").split('"'))
    assert "MailSession" in given
    assert given.isdisjoint({"LemonadeClient", "Pool", "connections", "sign_in"})


def test_imaplib_is_touched_in_one_file() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules("webmail")
        if path != CLIENT
        if "_imap" in attributes(path) or "imaplib" in set(imported(path))
    ]
    assert wrong == [], "only webmail/mail/imap/client.py may: give it a method"
    assert "_imap" in attributes(CLIENT)


def test_a_view_names_no_flag_of_imap_and_meters_nothing() -> None:
    found = views()
    assert len(found) > 10
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in found
        for word in [
            *FLAG.findall(path.read_text(encoding="utf-8")),
            *(attributes(path) & {"octets", "octets_imap", "set_flags", "command", "burst"}),
        ]
    ]
    assert wrong == [], "give MailSession a method that says what is meant"
