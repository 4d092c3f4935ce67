"""A table of accounts in a text file, as spreadsheets and other servers write it.

Encoding, delimiter and heading are found out. Columns: address, password, quota, display name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_DELIMITERS = ",;\t|"
_SAMPLE = 50  # rows that decide the delimiter
_ADDRESS = re.compile(r"[^\s@\"',;|<>]+@[^\s@\"',;|<>]+")
_NO_WORD = re.compile(r"[\W_]+")
_WORDS = {
    "email": "email emailaddress mail mailaddress address adresse emailadresse mailadresse login"
    " loginname user username userid account useremail primaryemail mailbox correo",
    "password": "password passwd pass pw pwd secret passwort kennwort motdepasse contraseña"
    " passwordhash hash crypt encryptedpassword cryptedpassword hashedpassword clearpassword",
    "quota": "quota mailquota mailboxquota quotabytes maxquota storage storagelimit limit size"
    " maxsize kontingent speicher",
    "name": "name displayname fullname realname anzeigename nom",
    "given": "firstname givenname forename vorname prénom",
    "family": "lastname familyname surname nachname sn",
}
COLUMNS = {word: column for column, words in _WORDS.items() for word in words.split()}
IN_ORDER = ("email", "password", "quota", "name")
"""The columns of a file without a heading."""


class Unreadable(ValueError):
    """The file is no table of accounts; the text says why and what to do."""


@dataclass(slots=True)
class Row:
    """One line of the table. ``fault``: why it can't be used, whatever its fields hold."""

    line: int
    email: str = ""
    password: str = ""
    quota: str = ""
    name: str = ""
    fault: str = ""


@dataclass(slots=True)
class Table:
    """The rows, with what was found out about the file.

    ``encoding`` as people call it; ``unused`` are headings of columns that mean nothing here.
    """

    rows: list[Row]
    encoding: str
    unused: list[str] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """All rows of a file. Raises Unreadable."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} can't be read: {error.strerror}") from None
    text, encoding = _decoded(octets)
    delimiter, text, before = _declared_delimiter(text)
    try:
        records = list(_records(text, delimiter or _likely_delimiter(text)))
    except csv.Error as error:
        raise Unreadable(f"{path} is no CSV file: {error}") from None
    columns, heading, unused = _columns(records)
    rows = [
        _row(before + line, cells, columns)
        for line, cells in records
        if any(cells) and not _is_heading(cells, heading)
    ]
    return Table(rows, encoding, unused)


def _decoded(octets: bytes) -> tuple[str, str]:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace"), "UTF-16"
    for order, ends in (("utf-16-le", octets[1:200:2]), ("utf-16-be", octets[0:200:2])):
        if ends and ends.count(0) * 2 > len(ends):
            return octets.decode(order, "replace"), "UTF-16"
    try:
        return octets.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace"), "Windows-1252"


def _declared_delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter of the line ``sep=;`` that spreadsheets write first, the text behind it, and
    the number of lines that it took.
    """
    first, _, rest = text.partition("\n")
    declared = re.fullmatch(r'"?sep=(.)"?\s*', first, re.IGNORECASE)
    return (declared[1], rest, 1) if declared else ("", text, 0)


def _likely_delimiter(text: str) -> str:
    """The one by which most of the first rows have an address and something beside it."""

    def weight(delimiter: str) -> tuple[bool, int]:
        known, useful = False, 0
        try:
            for at, (_, cells) in enumerate(_records(text, delimiter)):
                if at >= _SAMPLE:
                    break
                known = known or _names_columns(cells)
                useful += len(cells) > 1 and any(map(_ADDRESS.fullmatch, cells))
        except csv.Error:
            return False, -1
        return known, useful

    return max(_DELIMITERS, key=weight)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The line on which each record begins, and its fields without blanks around them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _word(cell: str) -> str:
    return _NO_WORD.sub("", cell.casefold())


def _names_columns(cells: list[str]) -> bool:
    """Whether a record is a heading: it names the address and the password."""
    meant = {COLUMNS.get(_word(cell), "") for cell in cells}
    return {"email", "password"} <= meant


def _columns(
    records: list[tuple[int, list[str]]],
) -> tuple[dict[str, int], list[str] | None, list[str]]:
    """Where each column stands, the heading if there is one, and its words that mean nothing.

    Raises Unreadable for a heading that lacks a column.
    """
    first = next((cells for _, cells in records if any(cells)), [])
    if _names_columns(first):
        found: dict[str, int] = {}
        unused = []
        for at, cell in enumerate(first):
            column = COLUMNS.get(_word(cell), "")
            if not column or column in found:
                unused.append(cell)
            else:
                found[column] = at
        return found, first, [cell for cell in unused if cell]
    meant = [COLUMNS.get(_word(cell)) for cell in first]
    if "email" in meant and not any("@" in cell for cell in first):
        named = ", ".join(cell for cell in first if cell)
        raise Unreadable(
            f"The first line seems to be a heading ({named}), but names no column of passwords:"
            " call them email, password and, if you like, quota and name."
        )
    return {column: at for at, column in enumerate(IN_ORDER)}, None, []


def _is_heading(cells: list[str], heading: list[str] | None) -> bool:
    """Whether it is the heading, which files that were put together hold more than once."""
    return cells == heading or (_names_columns(cells) and not any("@" in cell for cell in cells))


def _row(line: int, cells: list[str], columns: dict[str, int]) -> Row:
    def cell(column: str) -> str:
        at = columns.get(column)
        return cells[at] if at is not None and at < len(cells) else ""

    fault = ""
    if len(cells) <= max(columns["email"], columns["password"]) or (
        len(columns) == len(IN_ORDER) and list(columns) == list(IN_ORDER)
        and any(cells[len(IN_ORDER) :])
    ):  # fmt: skip
        many = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        fault = f"{many}; email,password[,quota[,name]] are needed."
    name = cell("name") or " ".join(filter(None, (cell("given"), cell("family"))))
    return Row(line, cell("email"), cell("password"), cell("quota"), name, fault)
