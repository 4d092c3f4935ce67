"""vCards are read whatever program wrote them, and written so that nothing of them is lost."""

from __future__ import annotations

import base64
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.people.vcard.card import VCard, parse_vcard, parse_vcards, vcard_text
from webmail.people.vcard.properties import (
    BadCard,
    BadLine,
    Property,
    escaped_text,
    parse_property,
    plain_text,
    property_line,
    value_parts,
    whole_lines,
)
from webmail.people.vcard.versions import as_version_3, as_version_4

JPEG = base64.b64encode(b"\xff\xd8\xff" + b"x" * 200).decode()


def card(*lines: str, version: str = "4.0") -> VCard:
    return parse_vcard("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]))


def test_a_line_is_taken_apart() -> None:
    line = 'item1.EMAIL;TYPE="home,work";type=pref;X-A="a;b^nc":a\\,b@x.example'
    one = parse_property(line)
    assert (one.group, one.name, one.value) == ("item1", "EMAIL", "a\\,b@x.example")
    assert one.parameters == {"TYPE": ["home,work", "pref"], "X-A": ["a;b\nc"]}
    assert one.types == ["home", "work", "pref"]


def test_a_parameter_of_version_2_1_has_no_name() -> None:
    assert parse_property("TEL;WORK;VOICE:1").parameters == {"TYPE": ["WORK", "VOICE"]}


@pytest.mark.parametrize("line", ["", "no colon", ":x", 'A;B="x:y', "Ä:x", "A;:x"])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(BadLine):
        parse_property(line)


def test_a_hostile_line_takes_time_linear_in_its_length() -> None:
    begun = time.process_time()
    for line in ("X;A=" + "," * 200_000, "X" + ";A" * 200_000, 'X;A="' + '","' * 100_000):
        with pytest.raises(BadLine):
            parse_property(line)
    assert time.process_time() - begun < 20  # s of processor; what is exponential takes for ever


names = st.from_regex(r"[A-Z][A-Z0-9-]{0,10}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200)
words = st.dictionaries(names, st.lists(texts, min_size=1, max_size=3), max_size=3)


@given(names, texts, words)
def test_what_is_written_is_read_again(
    name: str, text: str, parameters: dict[str, list[str]]
) -> None:
    one = Property(name, escaped_text(text), parameters)
    line = property_line(one)
    assert all(len(each.encode()) <= 75 for each in line.split("\r\n"))
    (whole,) = whole_lines(line.split("\r\n"))
    again = parse_property(whole)
    assert plain_text(again.value) == text
    stripped = {key: [each.strip() for each in found] for key, found in parameters.items()}
    assert {key: [each.strip() for each in v] for key, v in again.parameters.items()} == stripped


@given(st.text(max_size=300))
def test_any_text_is_cards_or_words_about_what_is_wrong(text: str) -> None:
    wrapped = f"BEGIN:VCARD\n{text}\nFN:x\nEND:VCARD\n"
    for found in parse_vcards(re.split(r"[\r\n]+", wrapped)):
        if isinstance(found, VCard):
            parse_vcard(vcard_text(as_version_4(found)))
            parse_vcard(vcard_text(as_version_3(found)))


@given(st.lists(texts, min_size=1, max_size=5))
def test_fields_are_parted_where_they_were_joined(fields: list[str]) -> None:
    joined = ";".join(escaped_text(each) for each in fields)
    assert [plain_text(each) for each in value_parts(joined, ";")] == fields


def test_a_card_of_version_3_becomes_one_of_version_4_and_back() -> None:
    old = card(
        "UID:b6d5ad3a-1d5c-4f4e-9b2a-7d2b3a4c5d6e",
        "FN:Ann Lee",
        "N:Lee;Ann;;Dr.;",
        "EMAIL;TYPE=INTERNET;TYPE=HOME;TYPE=pref:ann@x.example",
        "item1.EMAIL;TYPE=INTERNET:ann@work.example",
        "item1.X-ABLabel:_$!<Other>!$_",
        f"PHOTO;ENCODING=b;TYPE=JPEG:{JPEG}",
        "BDAY:1970-01-31",
        "GEO:52.5;13.4",
        "X-UNKNOWN;A=b:what\\, ever",
        version="3.0",
    )
    new = as_version_4(old)
    text = vcard_text(new)
    assert "VERSION:4.0\r\n" in text
    assert "UID:urn:uuid:b6d5ad3a-" in text
    assert "EMAIL;TYPE=home;PREF=1:ann@x.example\r\n" in text
    assert "item1.EMAIL:ann@work.example\r\n" in text
    assert "item1.X-ABLABEL:_$!<Other>!$_\r\n" in text
    assert "BDAY:19700131\r\n" in text
    assert "GEO:geo:52.5,13.4\r\n" in text
    assert "X-UNKNOWN;A=b:what\\, ever\r\n" in text
    assert new.photo() == ("image/jpeg", base64.b64decode(JPEG))
    again = vcard_text(as_version_3(parse_vcard(text)))
    for line in (
        "VERSION:3.0",
        "UID:b6d5ad3a-1d5c-4f4e-9b2a-7d2b3a4c5d6e",
        "BDAY:1970-01-31",
        "GEO:52.5;13.4",
        "EMAIL;TYPE=home,pref:ann@x.example",
        "item1.X-ABLABEL:_$!<Other>!$_",
        "X-UNKNOWN;A=b:what\\, ever",
    ):
        assert f"\r\n{line}\r\n" in again
    assert f"PHOTO;ENCODING=b;TYPE=JPEG:{JPEG[:20]}" in again.replace("\r\n ", "")


def test_groups_are_those_that_apple_writes_too() -> None:
    one = as_version_4(
        card(
            "FN:Friends",
            "X-ADDRESSBOOKSERVER-KIND:group",
            "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:b6d5ad3a-1d5c-4f4e-9b2a-7d2b3a4c5d6e",
            version="3.0",
        )
    )
    assert one.is_group
    assert one.members == ["b6d5ad3a-1d5c-4f4e-9b2a-7d2b3a4c5d6e"]
    assert "X-ADDRESSBOOKSERVER-KIND:group" in vcard_text(as_version_3(one))


def test_a_card_of_an_old_phone() -> None:
    text = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\n"
        "TEL;CELL;PREF:+49 1\nNOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0A=\ntwo\n"
        f"PHOTO;ENCODING=BASE64;JPEG:{JPEG[:60]}\n {JPEG[60:]}\n\nEND:VCARD\n"
    )
    one = as_version_4(parse_vcard(text))
    assert one.name == "Jörg Müller"
    assert one.text("FN") == "Jörg Müller"
    assert one.text("NOTE") == "one\ntwo"
    assert one.photo() == ("image/jpeg", base64.b64decode(JPEG))


def test_a_file_is_read_card_by_card_and_says_which_is_wrong() -> None:
    lines = ["junk", "BEGIN:VCARD", "VERSION:4.0", "FN:A", "oops", "END:VCARD"]
    lines += ["BEGIN:VCARD", "VERSION:4.0", "FN:B", "END:VCARD", "BEGIN:VCARD", "FN:C"]
    first, second, third = parse_vcards(lines)
    assert isinstance(first, BadCard)
    assert "oops" in str(first)
    assert isinstance(second, VCard)
    assert second.name == "B"
    assert isinstance(third, BadCard)


def test_a_card_that_never_ends_takes_no_more_than_its_bound() -> None:
    lines = (f"NOTE:{'x' * 10_000}" for _ in range(5_000))  # 50 MB
    (found,) = parse_vcards(["BEGIN:VCARD", "FN:A", *lines])
    assert isinstance(found, BadCard)


def test_no_photograph_is_fetched_from_elsewhere_and_none_is_what_it_is_not() -> None:
    assert card("FN:x", "PHOTO:https://evil.example/x.jpg").photo() is None
    script = base64.b64encode(b"<svg onload=alert(1)>").decode()
    assert card("FN:x", f"PHOTO:data:image/png;base64,{script}").photo() is None
    assert card("FN:x", "PHOTO:data:image/png;base64,!!!").photo() is None
