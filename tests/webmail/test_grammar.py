"""Responses, body structures, addresses, flowed text and transfer encodings."""

from __future__ import annotations

import base64
import io
import quopri
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.mail.imap.commands import mailbox, uid_set
from webmail.mail.message import bodies, fields, layout, structure
from webmail.mail.message.addresses import parse_list
from webmail.mail.message.errors import BadDraft
from webmail.mail.message.origin import Address
from webmail.mail.message.parts import ServerSidePart
from webmail.mail.message.responses import BadResponse, numbers, parse_fetch, values
from webmail.outgoing.draft import Source


def test_a_fetch_with_literals_and_strings() -> None:
    raw: list[bytes | tuple[bytes, bytes] | None] = [
        (b"1 (UID 7 BODY[1]<0> {5}", b"a)\r\n("),
        b' FLAGS (\\Seen "x y") X NIL)',
        b'2 (UID 9 ENVELOPE ("NIL" "12" "a\\"b" NIL))',
    ]
    found = parse_fetch(raw)
    assert found[7][b"BODY[1]<0>"] == b"a)\r\n("
    assert found[7][b"FLAGS"] == [b"\\Seen", b"x y"] and found[7][b"X"] is None
    assert found[9][b"ENVELOPE"] == [b"NIL", b"12", b'a"b', None]


@given(st.lists(st.one_of(st.binary(max_size=30), st.tuples(st.binary(max_size=30), st.binary()))))
def test_any_response_gives_values_or_a_clear_error(raw: list[object]) -> None:
    try:
        found = list(values(raw))  # type: ignore[arg-type]
    except BadResponse:
        found = []
    assert all(_is_value(each) for each in found)
    try:
        messages = parse_fetch(raw)  # type: ignore[arg-type]
    except BadResponse:
        return
    assert all(uid > 0 and _is_value(list(items.values())) for uid, items in messages.items())


def _is_value(found: object) -> bool:
    """NIL, a number, a string, or a list of values."""
    if isinstance(found, list):
        return all(map(_is_value, found))
    return found is None or isinstance(found, bytes | int)


@given(st.sets(st.integers(1, 500), max_size=60))
def test_uid_sets_come_back(uids: set[int]) -> None:
    assert numbers(uid_set(uids)) == sorted(uids)


@given(st.text(min_size=1, max_size=40))
def test_no_mailbox_name_leaves_its_quotes(name: str) -> None:
    try:
        quoted = mailbox(name)
    except UnicodeEncodeError:
        return  # half a surrogate pair is no name
    assert quoted.isascii() and not set(quoted) & set(b"\r\n\0")


def test_the_body_of_a_newsletter() -> None:
    text = [
        b"text",
        b"plain",
        [b"charset", b"utf-8", b"format", b"flowed"],
        None,
        None,
        b"7bit",
        9,
        1,
    ]
    html = [b"text", b"html", None, None, None, b"quoted-printable", 99, 3]
    logo = [b"image", b"png", [b"name", b"l.png"], b"<logo@x>", None, b"base64", 1000, None]
    pdf: list[object] = [b"application", b"pdf", None, None, None, b"base64", 7800, None]
    pdf += [[b"attachment", [b"filename*0*", b"utf-8''Gr%C3%BC", b"filename*1", b"sse.pdf"]]]
    related = [[text, html, b"alternative"], logo, b"related"]
    root = structure.parse([related, pdf, b"mixed"])  # type: ignore[list-item]
    found = layout.body(root)
    (words,), (page,) = found.plain, found.html
    assert words.flowed
    assert (words.section, page.section) == ("1.1.1", "1.1.2")
    (hung,) = layout.attachments(root)
    assert (hung.filename, hung.section) == ("Grüsse.pdf", "2")


def test_sections_inside_an_attached_message() -> None:
    inner = [b"text", b"plain", None, None, None, b"8bit", 5, 1]
    both = [inner, inner, b"mixed"]
    envelope = [None, b"Old news", *[None] * 8]
    outer: list[object] = [b"message", b"rfc822", None, None, None, b"7bit", 100, envelope]
    root = structure.parse([inner, [*outer, inner, 9], [*outer, both, 9], b"mixed"])  # type: ignore
    layout.body(root)
    assert [leaf.section for leaf in structure.leaves(root)] == ["1", "2", "2.1", "3", "3.1", "3.2"]
    assert [leaf.section for leaf in layout.attachments(root)] == ["2", "3"]
    assert layout.attachments(root)[0].filename == "Old news.eml"
    assert layout.attachments(root)[0].eight_bit


_VALUE = st.recursive(
    st.one_of(st.none(), st.integers(0, 999), st.binary(max_size=12)),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=60,
)


@given(_VALUE)
def test_any_structure_gives_a_tree(value: object) -> None:
    root = structure.parse(value)  # type: ignore[arg-type]
    layout.body(root)
    assert all(leaf.section and leaf.type for leaf in structure.leaves(root))


def test_addresses_as_people_type_them() -> None:
    typed = 'Ann <ann@x.example>, "Doe, John" <JD@X.example>;bob@münchen.example\nann@x.example'
    assert parse_list("to", typed) == [
        Address("Ann", "ann@x.example"),
        Address("Doe, John", "JD@x.example"),
        Address("", "bob@xn--mnchen-3ya.example"),
    ]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("bob", "the @ is missing"),
        ("@x.example", "nothing stands before the @"),
        ("bob@", "nothing stands after the @"),
        ("bob@x..example", "not a domain name"),
        ("bob @x.example", "a space"),
        ("ann@x.example bob@y.example", "comma between two addresses"),
        ("<bob@x.example", "must enclose"),
        ("bob@x.example\x07", "can't be seen"),
        ("bö@x.example", "only plain letters"),
        ("a" * 65 + "@x.example", "too long"),
        ("bob.@x.example", "can't be read"),
        ("bob@x.example>\r\nRCPT TO:<eve@x.example", "enclose"),
    ],
)
def test_a_malformed_address_is_named_with_its_trouble(typed: str, why: str) -> None:
    with pytest.raises(BadDraft) as caught:
        parse_list("to", typed)
    assert why in str(caught.value) and caught.value.field == "to"


@given(st.text(max_size=200))
def test_no_typed_text_smuggles_a_line(text: str) -> None:
    try:
        found = parse_list("cc", text)
    except BadDraft:
        return
    for address in found:
        assert address.address.isascii() and address.address.isprintable()
        assert "<" not in address.address and ">" not in address.address


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=300))
def test_header_fields_are_ascii_lines(text: str) -> None:
    for field in (
        fields.text_field("Subject", text),
        fields.address_field("To", [Address(text, "a@x.example")]),
        f"X: y{fields.parameter('filename', text)}\r\n".encode("ascii"),
    ):
        assert field.isascii() and field.endswith(b"\r\n")
        assert all(line[:1] in b" \t" for line in field.split(b"\r\n")[1:-1])
        assert b"\n" not in field.replace(b"\r\n", b"") and b"\r" not in field.replace(b"\r\n", b"")
        assert max(map(len, field.split(b"\r\n"))) < 998


def test_flowed_text_comes_back_as_written() -> None:
    text = (
        "From here\n\n" + "word " * 60 + "end\n> quoted " + "x " * 80 + "y\n-- \nAnn\n  two blanks"
    )
    lines = fields.flow(text)
    assert max(map(len, lines)) <= 78
    assert "-- " in lines
    back = bodies.unflow("\n".join(lines), delsp=False)
    assert back.split() == text.split()
    assert [line.rstrip() for line in back.split("\n")] == [x.rstrip() for x in text.split("\n")]


def test_text_without_spaces_is_wrapped_by_delsp() -> None:
    text = "日本" * 150
    header, body = fields.text_part(text)
    assert b"delsp=yes" in header
    plain = base64.b64decode(body).decode().replace("\r\n", "\n")
    assert bodies.unflow(plain, delsp=True).rstrip("\n") == text


def _cut(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(st.binary(max_size=500), st.integers(1, 90))
def test_encodings_are_undone_in_any_slices(data: bytes, size: int) -> None:
    coded = base64.encodebytes(data).replace(b"\n", b"\r\n")
    assert b"".join(bodies.undo(_cut(coded, size), "base64")) == data
    quoted = quopri.encodestring(data)
    assert b"".join(bodies.undo(_cut(quoted, size), "quoted-printable")) == quopri.decodestring(
        quoted
    )


@given(st.binary(max_size=2000))
def test_an_upload_is_as_long_as_announced(data: bytes) -> None:
    coded = b"".join(fields.base64_pieces(io.BytesIO(data), len(data)))
    assert len(coded) == fields.base64_size(len(data))
    assert base64.b64decode(coded) == data


def test_tokens_of_forms_come_back() -> None:
    source = Source("A.b/ü", 7, 9, "forward")
    assert Source.parse(source.token) == source
    for bad in ("", "x", "reply.1", "reply.a.1.INBOX", "steal.1.1.INBOX"):
        assert Source.parse(bad) is None
    kept = ServerSidePart("A.b/ü", 7, 9, "1.2", "x", "text/plain", 1, 1, "7bit", b"")
    assert kept.token == "7.9.1_2.A.b/ü"
