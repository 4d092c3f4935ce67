"""The demo's messages as messages: whole, varied, and readable by another parser than ours."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from lemonade_server.demo.demo_message import DemoClock, DemoMessage, parse_filing
from lemonade_server.demo.files import survey
from lemonade_server.demo.load import demo_messages
from lemonade_server.demo.parts import flow, fold
from lemonade_server.store.flags import FLAGGED, SEEN

NOW = datetime(2025, 3, 12, 15, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def sent() -> list[DemoMessage]:
    return demo_messages(DemoClock(NOW))


@pytest.fixture(scope="module")
def read(sent: list[DemoMessage]) -> list[EmailMessage]:
    found = []
    for letter in sent:
        message = message_from_bytes(letter.octets, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def kinds(message: EmailMessage) -> set[str]:
    return {part.get_content_type() for part in message.walk()}


def attachments(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if part.get_content_disposition() == "attachment"]


def test_there_are_enough_and_each_is_whole(
    sent: list[DemoMessage], read: list[EmailMessage]
) -> None:
    assert len(sent) >= 90
    assert [m["Subject"] for m in read] == [letter.subject for letter in sent]
    assert [part.defects for m in read for part in m.walk() if part.defects] == []


def test_each_has_a_name_of_its_own_and_answers_what_is_there(sent: list[DemoMessage]) -> None:
    names = Counter(letter.message_id for letter in sent)
    assert [name for name, count in names.items() if count > 1] == []
    for letter in sent:
        assert letter.answers is None or letter.answers.when < letter.when, letter.subject


def test_lines_end_in_crlf_and_stay_short(sent: list[DemoMessage]) -> None:
    for letter in sent:
        octets = letter.octets
        assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
        assert max(map(len, octets.split(b"\r\n"))) <= 998


def test_dates_are_recent_and_never_ahead(read: list[EmailMessage]) -> None:
    dates = [parsedate_to_datetime(m["Date"]) for m in read]
    assert max(dates) <= NOW
    assert min(dates) >= NOW - timedelta(days=40)
    assert sum(NOW - date < timedelta(hours=8) for date in dates) >= 8


def test_threads_run_deep(sent: list[DemoMessage]) -> None:
    assert max(len(letter.references()) for letter in sent) >= 6
    assert sum(len(letter.references()) >= 2 for letter in sent) >= 15


def test_all_kinds_are_there(read: list[EmailMessage]) -> None:
    every = set().union(*map(kinds, read))
    assert every >= {
        "text/plain", "text/html", "text/calendar", "text/csv", "text/vcard", "image/jpeg",
        "image/png", "application/pdf", "application/zip", "message/rfc822", "multipart/related",
    }  # fmt: skip
    charsets = {part.get_content_charset() for m in read for part in m.walk()}
    assert charsets >= {"iso-2022-jp", "koi8-r", "iso-8859-1", "iso-8859-2", "utf-8"}
    assert any(m["List-Unsubscribe-Post"] for m in read)
    assert any(m["Content-Type"].params.get("format") == "flowed" for m in read)


def test_non_latin_words_survive(read: list[EmailMessage]) -> None:
    texts = []
    for message in read:
        body = message.get_body(("plain",))
        texts.append(body.get_content() if body else "")
    joined = "\n".join(texts)
    for words in (
        "お世話になっております",
        "Здравствуйте",
        "φωτογραφία",
        "أليس",
        "המפה",
        "Świnoujścia",
        "⛵",
    ):
        assert words in joined
    names = {part.get_filename() for m in read for part in m.walk()}
    assert "観測点一覧.csv" in names


def test_inline_pictures_are_named_by_the_html(read: list[EmailMessage]) -> None:
    found = 0
    for message in read:
        if "multipart/related" in kinds(message):
            markup = message.get_body(("html",))
            assert markup is not None
            for part in message.walk():
                if part["Content-ID"]:
                    assert f"cid:{part['Content-ID'].strip('<>')}" in markup.get_content()
                    found += 1
    assert found >= 3


def test_one_has_ten_attachments_and_one_is_large(read: list[EmailMessage]) -> None:
    assert max(len(attachments(m)) for m in read) == 10
    large = [
        part
        for m in read
        for part in attachments(m)
        if part.get_content_type() == "application/zip"
    ]
    assert len(large) == 1
    octets = large[0].get_content()
    assert 12_000_000 < len(octets) < 13_000_000
    assert octets == survey()
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None


def test_the_pdf_names_the_places_of_its_objects(read: list[EmailMessage]) -> None:
    for part in (p for m in read for p in m.walk() if p.get_content_type() == "application/pdf"):
        octets = part.get_content()
        start = int(octets.split(b"startxref\n")[1].split(b"\n")[0])
        assert octets[start:].startswith(b"xref")
        rows = octets[start:].split(b"\n")[3:]
        for number, row in enumerate(rows, 1):
            if not row.endswith(b" n "):
                break
            assert octets[int(row[:10]) :].startswith(b"%d 0 obj" % number)


def test_places_are_spelled_in_words() -> None:
    found = parse_filing("Projects/Tide_gauge seen flagged $Forwarded")
    assert (found.folder, found.bits, found.keywords) == (
        "Projects/Tide gauge", SEEN | FLAGGED, ["$Forwarded"],
    )  # fmt: skip
    assert parse_filing("unread").bits == 0
    assert parse_filing("INBOX").bits is None


def test_flowed_text_joins_to_what_it_was() -> None:
    words = "From here on " + "one word and another " * 12 + "end"
    lines = flow(words).splitlines()
    assert lines[0].startswith(" From")
    assert all(len(line) <= 74 for line in lines)
    assert "".join(lines)[1:] == words


def test_a_folded_header_keeps_its_words() -> None:
    value = " ".join(f"<{n:040d}@example>" for n in range(6))
    folded = fold(value, 12)
    assert folded.replace("\r\n", "") == value
    assert max(map(len, folded.split("\r\n"))) <= 77
