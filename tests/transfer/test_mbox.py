"""Where a message of an mbox begins, and where a line of text does."""

from __future__ import annotations

from pathlib import Path

import pytest

from lemonade_server.transfer import sources
from lemonade_server.wire import mbox

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
        b"Hi\n\nFrom Thu Jan 1 10:00 2015 on we meet\n",
        b"Hi\n\nFrom 2015-01-01 10:00 to 2015-01-02\n",
        b"Hi\n\nFrom Bob\nNote: it is late\n",
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
        b"From a@b thu jan  1 00:00:00 2015\n",
        b"From a@b Thu, 1 Jan 2015 00:00:00 +0000\n",
        b"From a@b 2015-01-01T00:00:00Z\n",
        b"From a@b Thu Jan  1 00:00:00 MET DST 2015\n",
        b"From joe Thu Jan  1 00:00:00 15 remote from host\n",
        b"From \n",
    ],
)
def test_envelope_lines_of_many_programs(tmp_path: Path, line: bytes) -> None:
    assert split(tmp_path, line + HEAD + b"1\n\n" + line + HEAD + b"2\n") == [
        HEAD + b"1\n",
        HEAD + b"2\n",
    ]


@pytest.mark.parametrize(
    "line",
    [
        DATED,
        b"From a@b Thu, 1 Jan 2015 00:00:00 +0000\n",
        b"From a@b 2015-01-01 00:00:00 +0000\n",
        b"From a@b Thu Jan  1 00:00:00 MET DST 2015\n",
        b"From someone@somewhere\n",
    ],
)
def test_a_header_may_begin_with_any_field(tmp_path: Path, line: bytes) -> None:
    one = b"Unusual-Field: x\nSubject: one\n\n1\n"
    assert split(tmp_path, line + one + b"\n" + line + one) == [one, one]


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\r\n"])
def test_what_may_stand_before_the_first_message(tmp_path: Path, before: bytes) -> None:
    octets = before + DATED + HEAD + b"1\n\n" + DATED + HEAD + b"2\n"
    assert split(tmp_path, octets) == [HEAD + b"1\n", HEAD + b"2\n"]
    assert [one.octets[-3:] for one in sources.messages(tmp_path / "box")] == [b"1\r\n", b"2\r\n"]


@pytest.mark.parametrize("octets", [b"", b"\n\n", b"\xef\xbb\xbf", b"\n" * 70_000])
def test_an_empty_mailbox_holds_no_message(tmp_path: Path, octets: bytes) -> None:
    file = tmp_path / "Trash"
    file.write_bytes(octets)
    assert sources.count(file) == 0 and not list(sources.messages(file))


def test_a_declared_length_counts_where_it_fits(tmp_path: Path) -> None:
    """Of the dialects mboxcl and mboxcl2, which quote nothing."""
    inner = DATED + HEAD + b"of an attached mailbox\n"
    text = b"1\n\n" + inner
    two = DATED + HEAD + b"2\n"
    counted = HEAD[:-1] + b"Content-Length: %d\n\n" % len(text) + text
    assert split(tmp_path, DATED + counted + b"\n" + two) == [counted, HEAD + b"2\n"]
    wrong = HEAD[:-1] + b"Content-Length: 9999\n\n1\n"
    assert split(tmp_path, DATED + wrong + b"\n" + two) == [wrong, HEAD + b"2\n"]


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
        (b"From a Thu Jan 1 00:00:10 70", 10),
        (b"From a Thu, 01 Jan 1970 00:00:10 +0000", 10),
        (b"From a 1970-01-01T00:00:10Z", 10),
        (b"From a 1970-01-01 01:00:10 +0100", 10),
        (b"From a Thu Jan 41 00:00:00 1970", None),
        (b"From a 1970-13-01 01:00:10", None),
        (b"From the start", None),
    ],
)
def test_dates_of_envelope_lines(line: bytes, seconds: int | None) -> None:
    assert mbox.envelope_date(line) == seconds
