"""Names of files: from strangers, for parts that have none, and from browsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.mail.message import filenames, structure
from webmail.mail.message.responses import Value

LONG = "Quarterly figures of all departments " * 10


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("paper.pdf", "paper.pdf"),
        ("Offer 12/2025 rev A.pdf", "Offer 12_2025 rev A.pdf"),
        ("AC\\DC.mp3", "AC_DC.mp3"),
        ("C:\\Users\\bob\\report.doc", "report.doc"),
        ("/home/bob/report.doc", "report.doc"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\evil.exe", "evil.exe"),
        ("file:///tmp/x.txt", "x.txt"),
        (".profile", ".profile"),
        ("..", ""),
        ("./", ""),
        (" . ", ""),
        ('5" disk.pdf', '5" disk.pdf'),
        ('The "best" of.pdf', 'The "best" of.pdf'),
        ('"quoted.pdf"', "quoted.pdf"),
        ("it's.txt", "it's.txt"),
        ("'single.pdf'", "single.pdf"),
        ("'a' and 'b'.pdf", "'a' and 'b'.pdf"),
        ("a\r\nb\tc\0.txt", "a b c .txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2067x\u2069.txt", "x.txt"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        (LONG + ".xlsx", None),
        ("日本" * 100 + ".docx", None),
        ("x" * 300, None),
    ],
)
def test_a_name_keeps_its_meaning_and_its_extension(given: str, name: str | None) -> None:
    found = filenames.safe_name(given)
    if name is not None:
        assert found == name
        return
    assert 100 < len(found.encode()) <= filenames.MOST_OCTETS
    assert len(found) <= filenames.MOST
    assert given.rpartition(".")[2] == given or found.endswith("." + given.rpartition(".")[2])


@given(st.text(max_size=400))
def test_any_name_can_be_saved_and_stays_what_it_is(given: str) -> None:
    found = filenames.safe_name(given)
    assert not set(found) & set("/\\\0\r\n\u202e")
    assert len(found.encode("utf-8", "replace")) <= filenames.MOST_OCTETS
    assert found not in (".", "..")
    assert filenames.safe_name(found) == found or found.startswith(("~", "."))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/pdf", "part-2.pdf"),
        ("image/jpeg", "part-2.jpg"),
        ("text/calendar", "invite.ics"),
        ("text/csv", "part-2.csv"),
        ("text/x-unheard-of", "part-2.txt"),
        ("text/x-patch", "part-2.patch"),
        ("application/epub+zip", "part-2.epub"),
        ("application/vnd.ms-excel.sheet.macroenabled.12", "part-2.xlsm"),
        ("application/vnd.oasis.opendocument.graphics", "part-2.odg"),
        ("image/vnd.microsoft.icon", "part-2.ico"),
        ("message/delivery-status", "part-2.txt"),
        ("message/rfc822", "part-2.eml"),
        ("application/octet-stream", "part-2"),
        ("application/x-unheard-of", "part-2"),
    ],
)
def test_a_part_without_a_name_gets_one(kind: str, name: str) -> None:
    main, _, sub = kind.partition("/")
    filler: list[Value] = [[None, *[None] * 9], [b"text", b"plain"], 1] if main == "message" else []
    one: list[Value] = [main.encode(), sub.encode(), None, None, None, b"7bit", 9, *filler]
    root = structure.parse([[b"text", b"plain"], one, b"mixed"])
    (part,) = [leaf for leaf in structure.leaves(root) if leaf.section == "2"]
    assert part.label == ("message.eml" if sub == "rfc822" else name)
    assert filenames.name_for(kind, "2") == name


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ([b"filename", b"caf\xc3\xa9.pdf"], "café.pdf"),
        ([b"filename", b"caf\xe9.pdf"], "café.pdf"),
        ([b"filename", b"=?utf-8?q?caf=C3=A9?= =?utf-8?q?=2Epdf?="], "café.pdf"),
        ([b"filename*", b"utf-8''caf%C3%A9.pdf"], "café.pdf"),
        ([b"filename*0*", b"utf-8''Gr%C3%BC", b"filename*1", b"sse.pdf"], "Grüsse.pdf"),
        ([b"filename*0", b"a", b"filename*2", b"c.pdf"], "ac.pdf"),
        ([b"filename*1*", b"b%20c.pdf"], "b c.pdf"),
        ([b"filename*0*", b"x-none''a", b"filename*1*", b"%zz.pdf"], "a%zz.pdf"),
        ([b"filename", b"=?utf-8?b?" + b"QUFB" * 120 + b"?= =?utf-8?q?=2Exlsx?="], None),
    ],
)
def test_names_in_every_writing(params: list[bytes], name: str | None) -> None:
    body = [b"application", b"x", None, None, None, b"7bit", 9, None, [b"attachment", [*params]]]
    (part,) = structure.leaves(structure.parse(body))  # type: ignore[arg-type]
    assert part.filename == name or (name is None and part.filename.endswith("….xlsx"))


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("5%22 disk.pdf", '5" disk.pdf'),
        ("two%0D%0Alines.txt", "two lines.txt"),
        ("100% sure.txt", "100% sure.txt"),
        ("a%20b.txt", "a%20b.txt"),
        ("", "file"),
    ],
)
def test_a_name_as_a_browser_sends_it(sent: str, name: str) -> None:
    assert filenames.uploaded_name(sent) == name


def test_a_whole_message_is_named_after_its_subject() -> None:
    assert filenames.message_filename("Offer 12/2025") == "Offer 12-2025.eml"
    assert filenames.message_filename("") == "message.eml"
    assert filenames.message_filename("x" * 500).endswith("….eml")


def test_an_archive_keeps_both_its_extensions() -> None:
    assert filenames.safe_name("é" * 300 + ".tar.gz").endswith("é….tar.gz")


@pytest.mark.parametrize(
    ("params", "disposition"),
    [
        ([b"filename", b"a b.pdf"], None),
        (None, [b"attachment", [b"name", b"a b.pdf"]]),
        ([b"name", b"wrong.pdf"], [b"attachment", [b"filename", b"a b.pdf"]]),
        ([b"name", b"a b.pdf"], [b"attachment", [b"filename", b"."]]),
    ],
)
def test_a_name_counts_wherever_it_stands(params: Value, disposition: Value) -> None:
    body: list[Value] = [b"application", b"pdf", params, None, None, b"7bit", 9, None, disposition]
    (part,) = structure.leaves(structure.parse(body))
    assert part.filename == "a b.pdf"
