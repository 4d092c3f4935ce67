"""Where a message of an mbox begins, and where a line of text does."""

from __future__ import annotations

from pathlib import Path

import pytest

from lemonade_server.transfer import mbox

DATED = b"From a@b Thu Jan  1 00:00:00 2015\n"
HEAD = b"From: z@away.example\nSubject: one\n\n"


def split(tmp_path: Path, octets: bytes) -> list[bytes]:
    file = tmp_path / "box"
    file.write_bytes(octets)
    found = [raw for _, raw in mbox.messages(file)]
    assert mbox.count(file) == len(found)
    return found


@pytest.mark.parametrize(
    "text",
    [
        b"Before.\n\nFrom the start of a body line\n\nBehind.\n",
        b"Before.\n\nFrom the office\nNote: we moved\n",
        b"Before.\n\nFrom Monday, Jan 2\n",
        b"Quoted: \n" + DATED + b"and so on\n",
        b"No empty line before\nFrom: here\nFrom me\nSubject: to you\n",
        b"From the first line of the text\n",
    ],
)
def test_a_sentence_that_begins_with_from_is_text(tmp_path: Path, text: bytes) -> None:
    both = split(tmp_path, DATED + HEAD + text + b"\n" + DATED + HEAD + b"two\n")
    assert both == [HEAD + text, HEAD + b"two\n"]


@pytest.mark.parametrize(
    "line",
    [
        DATED,
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b"From 1234@xxx Thu Jan 01 00:00:00 +0000 2015\n",
        b"From a@b Thu Jan  1 00:00 2015 -0500\n",
        b"From a@b Thu Jan  1 00:00:00 CET 2015\n",
        b"From - Thu Jan 01 00:00:00 2015\n",
        b"From someone@somewhere\n",
        b"From \n",
    ],
)
def test_envelope_lines_of_many_programs(tmp_path: Path, line: bytes) -> None:
    assert split(tmp_path, line + HEAD + b"1\n\n" + line + HEAD + b"2\n") == [
        HEAD + b"1\n",
        HEAD + b"2\n",
    ]


def test_without_an_empty_line_between_them(tmp_path: Path) -> None:
    assert split(tmp_path, DATED + HEAD + b"1\n" + DATED + HEAD + b"2\n") == [
        HEAD + b"1\n",
        HEAD + b"2\n",
    ]


def test_line_ends_of_windows_and_quoted_lines(tmp_path: Path) -> None:
    one = DATED + HEAD + b">From me\n>>From you\n\nFrom then on\n\n"
    found = split(tmp_path, (one + DATED + HEAD + b"2\n").replace(b"\n", b"\r\n"))
    text = HEAD + b"From me\n>From you\n\nFrom then on\n"
    assert found == [text.replace(b"\n", b"\r\n"), (HEAD + b"2\n").replace(b"\n", b"\r\n")]


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        (b"From a Thu Jan  1 00:00:10 1970", 10),
        (b"From a Thu Jan 1 01:00:00 +0100 1970", 0),
        (b"From a Thu Jan  1 00:00 1970 -0100", 3600),
        (b"From a Thu Jan  1 00:00:00 GMT 1970", 0),
        (b"From a Thu Jan 41 00:00:00 1970", None),
        (b"From the start", None),
    ],
)
def test_dates_of_envelope_lines(line: bytes, seconds: int | None) -> None:
    assert mbox.envelope_date(line) == seconds
