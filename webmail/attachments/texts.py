"""The words of an attachment: a text or source as it is, a table in rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from django.utils.translation import gettext

from webmail.mail import MessagePart, PartStream, Refused, decode_charset, is_charset
from webmail.people.csv_contacts import decoded_table
from webmail.people.vcard.properties import BadCard

MOST = 400_000  # octets that are shown
MOST_ROWS = 500
MOST_COLUMNS = 50
MOST_IN_CELL = 500  # characters
SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class AttachedText:
    """A text, or as much of it as is shown."""

    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class AttachedTable:
    """A table whose first row has the names of its columns, or as much of it as is shown."""

    head: list[str]
    rows: list[list[str]]
    cut: bool


def read_text(stream: PartStream, most: int = MOST) -> AttachedText:
    """The beginning of a part, as text. Raises Refused for what is none."""
    octets = read_octets(stream, most + 1)
    is_cut = len(octets) > most
    return AttachedText(decode(octets[:most], stream.info, is_cut=is_cut), is_cut)


def read_octets(stream: PartStream, most: int) -> bytes:
    """The first octets of a part; what follows is not fetched."""
    octets = bytearray()
    for piece in stream.chunks():
        octets += piece
        if len(octets) >= most:
            break
    return bytes(octets[:most])


def decode(octets: bytes, info: MessagePart, *, is_cut: bool = False) -> str:
    """The text in the charset that its sender named, or in what its letters look like.

    Raises Refused.
    """
    if info.charset.lower() not in ("", "us-ascii", "utf-8") and is_charset(info.charset):
        return decode_charset(octets, info.charset)
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        if is_cut and error.end == len(octets):  # it was cut within a letter
            return octets.decode("utf-8", "ignore")
    try:
        return decoded_table(octets)
    except BadCard as error:
        raise Refused(gettext("This file is no text.")) from error


def read_table(found: AttachedText) -> AttachedTable | None:
    """The rows of a text; None when it is no table."""
    lines = found.text.lstrip("﻿").splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    rows = []
    try:
        for row in csv.reader(lines, delimiter=separator):
            if row:
                rows.append([cell[:MOST_IN_CELL] for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error:
        return None
    if not rows:
        return None
    width = max(map(len, rows))
    even = [row + [""] * (width - len(row)) for row in rows[: MOST_ROWS + 1]]
    return AttachedTable(even[0], even[1:], found.cut or len(rows) > len(even))
