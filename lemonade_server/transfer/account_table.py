"""A table of accounts in a text file, as spreadsheets and other servers write it.

Encoding, delimiter and heading are found out. Columns: address, password, quota, display name.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

_DELIMITERS = ",;\t|"
_SAMPLE = 50  # rows that decide the delimiter
_OTHER_FILES = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, .xls
_BLANKS = " \t\u00a0"
_TITLES = 10  # rows among which the heading stands
_BARE = re.compile(r"[\d.,]+")
_ADDRESS = re.compile(r"[^\s@\"',;|<>]+@[^\s@\"',;|<>]+")
_NO_WORD = re.compile(r"[\W_]+")
_REMARK = re.compile(r"[(\[][^)\]]*[)\]]")
_UNIT = re.compile(r"(.+?)(?:in)?([kmgt]i?b)")
_WORDS = {
    "email": "email emailaddress emailid mail mailaddress emailadresse mailadresse"
    " adressemail adresseemail useremail primaryemail mailbox userprincipalname upn correo"
    " correoelectronico courriel indirizzoemail emailadres endereçodeemail почта 邮箱",
    "login": "address adresse адрес login loginname user username userid userlogin account"
    " accountname benutzer benutzername anmeldename utilisateur nomdutilisateur usuario"
    " nombredeusuario utente nomeutente gebruiker gebruikersnaam логин пользователь 用户名",
    "password": "password passwd pass pw pwd secret userpassword userpass passwort kennwort"
    " motdepasse contraseña clave senha wachtwoord hasło пароль 密码 passwordhash hash crypt"
    " encryptedpassword cryptedpassword hashedpassword clearpassword plainpassword"
    " cleartextpassword initialpassword",
    "quota": "quota mailquota mailboxquota quotabytes maxquota storage storagelimit limit size"
    " maxsize kontingent speicher speicherplatz cuota",
    "name": "name displayname fullname realname anzeigename nom nombre",
    "given": "firstname givenname forename vorname prénom",
    "family": "lastname familyname surname nachname sn",
}


def _word(cell: str) -> str:
    """A cell as it is compared: letters and digits alone, without case and accents."""
    plain = unicodedata.normalize("NFKD", cell.casefold())
    return _NO_WORD.sub("", "".join(one for one in plain if not unicodedata.combining(one)))


COLUMNS = {_word(word): column for column, words in _WORDS.items() for word in words.split()}
IN_ORDER = ("email", "password", "quota", "name")
"""The columns of a file without a heading."""


class UnreadableTable(ValueError):
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
        raise UnreadableTable(f"{path} can't be read: {error.strerror}") from None
    if octets.startswith(_OTHER_FILES):
        raise UnreadableTable(f"{path} is a spreadsheet's own file: save it as CSV.")
    text, encoding = _decode(octets)
    if "\0" in text:
        raise UnreadableTable(f"{path} is no text file.")
    delimiter, text, before = _declared_delimiter(text)
    try:
        records = list(_records(text, delimiter or _likely_delimiter(text)))
    except csv.Error as error:
        raise UnreadableTable(f"{path} is no CSV file: {error}") from None
    rows, unused = _rows(records)
    return Table([replace(row, line=before + row.line) for row in rows], encoding, unused)


def _decode(octets: bytes) -> tuple[str, str]:
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
        yield line, [cell.strip(_BLANKS) for cell in cells]
        line = reader.line_num + 1


@dataclass(slots=True)
class _Columns:
    """Where each column stands. ``unit`` is of quotas without one; ``ordered``: by no heading."""

    at: dict[str, int]
    unit: str = ""
    ordered: bool = False


def _meaning(cell: str) -> tuple[str, str]:
    """The column that a cell of a heading names, with the unit that it gives: ``Quota (MB)``."""
    word, unit = _word(cell), ""
    if word not in COLUMNS and (found := _UNIT.fullmatch(word)) is not None:
        word, unit = found[1], found[2]
    column = COLUMNS.get(word, "") or COLUMNS.get(_word(_REMARK.sub("", cell)), "")
    return column, unit if column == "quota" else ""


def _names_columns(cells: list[str]) -> bool:
    """Whether a record is a heading: it names the address and the password, and holds neither."""
    meant = {_meaning(cell)[0] for cell in cells}
    return "password" in meant and not meant.isdisjoint(("email", "login")) and not _has_at(cells)


def _has_at(cells: list[str]) -> bool:
    return any("@" in cell for cell in cells)


def _columns_by_name(heading: list[str]) -> tuple[_Columns, list[str]]:
    """The columns that a heading names, and its words that mean nothing here."""
    columns, unused = _Columns({}), []
    for at, cell in enumerate(heading):
        column, unit = _meaning(cell)
        if not column or column in columns.at:
            unused.append(cell)
        else:
            columns.at[column] = at
            columns.unit = unit or columns.unit
    login = columns.at.pop("login", None)
    if login is not None and columns.at.setdefault("email", login) != login:
        unused.append(heading[login])
    return columns, [cell for cell in unused if cell]


def _rows(records: list[tuple[int, list[str]]]) -> tuple[list[Row], list[str]]:
    """What each record says, and the words of headings that mean nothing. A heading counts for what
    stands below it; files that were put together hold more than one.

    Raises Unreadable for a heading that lacks a column.
    """
    records = [(line, cells) for line, cells in records if any(cells)]
    start = _find_heading(records)
    rows = [
        Row(line, fault="This stands above the heading.")
        for line, cells in records[:start]
        if sum(map(bool, cells)) > 1
    ]
    columns = _Columns({column: at for at, column in enumerate(IN_ORDER)}, ordered=True)
    unused: dict[str, None] = {}
    for line, cells in records[start:]:
        if _names_columns(cells):
            columns, more = _columns_by_name(cells)
            unused |= dict.fromkeys(more)
        else:
            rows.append(_row(line, cells, columns))
    return rows, list(unused)


def _find_heading(records: list[tuple[int, list[str]]]) -> int:
    """Which record is the heading, below a title perhaps; 0 also without one.

    Raises Unreadable where the first line is none of ours, but no account either.
    """
    for index, (_, cells) in enumerate(records[:_TITLES]):
        if _names_columns(cells):
            return index
        if _has_at(cells):
            break
    first = records[0][1] if records else []
    meant = {_meaning(cell)[0] for cell in first}
    rest = any(_ADDRESS.fullmatch(cell) for _, cells in records for cell in cells)
    if not _has_at(first) and (meant & {"email", "login", "password"} or (rest and len(first) > 1)):
        raise UnreadableTable(
            "The first line holds no address. If it is a heading, call its columns email, password"
            " and, if you like, quota and name; if it is an account, write its whole address."
        )
    return 0


def _row(line: int, cells: list[str], columns: _Columns) -> Row:
    def cell(column: str) -> str:
        at = columns.at.get(column)
        return cells[at] if at is not None and at < len(cells) else ""

    fault = ""
    if len(cells) <= max(columns.at["email"], columns.at["password"]) or (
        columns.ordered and any(cells[len(IN_ORDER) :])
    ):
        many = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        fault = f"{many}; email,password[,quota[,name]] are needed."
    elif _has_break(cell("email") + cell("password")):
        fault = "It goes over several lines: a quotation mark is missing or stands alone."
    name = cell("name") or " ".join(filter(None, (cell("given"), cell("family"))))
    quota = cell("quota")
    if columns.unit and _BARE.fullmatch(quota):
        quota += columns.unit
    return Row(line, cell("email"), cell("password"), quota, name, fault)


def _has_break(text: str) -> bool:
    return "\n" in text or "\r" in text
