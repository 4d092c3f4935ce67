"""Messages of every build, as the person who opens them sees them."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.signed_mail import WORDS, clear, head, opaque, signed, streamed
from tests.wire.test_uuencode import NOTE
from tests.wire.tnef_streams import attribute, file, stream

from .test_views_parts import PNG, body
from .website import Site

CODED_PNG = base64.encodebytes(PNG).decode()


def message(*lines: str, subject: str = "x") -> bytes:
    """A message with our header fields in front of the given lines."""
    return head(subject) + "\r\n".join([*lines, ""]).encode()


def labels(page: str) -> list[str]:
    """The names of the attachments that a page lists."""
    return re.findall(r'<span title="([^"]*)">', page)


def download(site: Site, uid: int, section: str) -> tuple[bytes, str, str]:
    """Octets, type and disposition of a part that is saved."""
    response: Any = site.client.get(f"/mail/INBOX/{uid}/part/{section}/x?save=1")
    assert response.status_code == 200
    return body(response), response.headers["Content-Type"], response.headers["Content-Disposition"]


APPLE = message(
    "Content-Type: multipart/alternative; boundary=alt",
    "",
    "--alt",
    "Content-Type: text/plain",
    "",
    "FIRST SECOND THIRD",
    "--alt",
    "Content-Type: multipart/mixed; boundary=mix",
    "",
    "--mix",
    "Content-Type: text/html",
    "",
    "<html><body><p>FIRST <b>html</b>.</p></body></html>",
    "--mix",
    "Content-Type: image/png; name=shot.png",
    "Content-Disposition: inline; filename=shot.png",
    "Content-Transfer-Encoding: base64",
    "",
    CODED_PNG,
    "--mix",
    "Content-Type: text/html",
    "",
    "<html><body><p>SECOND <b>html</b>.</p></body></html>",
    "--mix",
    "Content-Type: application/pdf; name=deal.pdf",
    "Content-Disposition: attachment; filename=deal.pdf",
    "",
    "%PDF-1.4",
    "--mix",
    "Content-Type: text/html",
    "",
    "<html><body><p>THIRD <b>html</b>.</p></body></html>",
    "--mix--",
    "--alt--",
)


def test_an_apple_message_is_shown_whole_with_its_picture_in_place(site: Site) -> None:
    uid = site.put(APPLE)
    assert labels(site.text(f"/mail/INBOX/{uid}/")) == ["shot.png", "deal.pdf"]
    frame = site.text(f"/mail/INBOX/{uid}/html/")
    order = [frame.index(word) for word in ("FIRST", '<img src="/inline/', "SECOND", "THIRD")]
    assert order == sorted(order)
    token = re.search(r'src="(/inline/[^"]+)"', frame)
    assert token is not None
    assert body(site.client.get(token[1])) == PNG


def test_pictures_are_found_by_any_writing_of_their_content_id(site: Site) -> None:
    parts = [
        line
        for cid in ("< a1@x >", "<b1@x>", "<unused@x>")
        for line in (
            "--b",
            f"Content-Type: image/png; name={cid.strip('< >')}.png",
            f"Content-ID: {cid}",
            "Content-Disposition: inline",
            "Content-Transfer-Encoding: base64",
            "",
            CODED_PNG,
        )
    ]
    uid = site.put(
        message(
            "Content-Type: multipart/related; boundary=b",
            "",
            "--b",
            "Content-Type: text/html",
            "",
            '<p>A <img src="cid:a1@x"> B <img src="cid:B1%40X"></p>',
            *parts,
            "--b--",
        )
    )
    assert site.text(f"/mail/INBOX/{uid}/html/").count('<img src="/inline/') == 2
    assert labels(site.text(f"/mail/INBOX/{uid}/")) == ["unused@x.png"]


@pytest.mark.parametrize(
    "mail",
    [
        b"not a header, sorry!\r\nnor this\r\n",
        head("x") + b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n"
        b"Content-Type: message/rfc822\r\n\r\nnot a header, sorry!\r\n--q--\r\n",
        head("x")
        + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(b"Subject: in\r\n\r\nnot a header, sorry!\r\n"),
        head("x") + b"Content-Transfer-Encoding: x-uue\r\n\r\nbegin 644 a\r\n"
        b'4;F]T(&$@:&5A9&5R+"!S;W)R>2$ \r\n`\r\nend\r\n',
        head("x")
        + b"Content-Transfer-Encoding: base-64\r\n\r\n"
        + base64.b64encode(b"not a header, sorry!!")
        + b"=\r\n-- \r\nthe list\r\n",
    ],
)
def test_the_text_is_shown_however_it_is_wrapped(site: Site, mail: bytes) -> None:
    uid = site.put(mail)
    assert "not a header, sorry!" in site.text(f"/mail/INBOX/{uid}/")


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_an_attached_message_is_opened_with_its_files(site: Site, encoding: str) -> None:
    inner = message(
        "Content-Type: multipart/mixed; boundary=i",
        "",
        "--i",
        "Content-Type: text/html",
        "",
        "<p>The inner words.</p>",
        "--i",
        "Content-Disposition: attachment; filename=inner.txt",
        "",
        "inner file",
        "--i--",
        subject="Inner subject",
    )
    coded = base64.encodebytes(inner) if encoding == "base64" else inner
    uid = site.put(
        message(
            "Content-Type: multipart/mixed; boundary=o",
            "",
            "--o",
            "",
            "Outer words.",
            "--o",
            "Content-Type: message/rfc822",
            f"Content-Transfer-Encoding: {encoding}",
            "",
            coded.decode(),
            "--o--",
        ).replace(b"boundary=i", b"boundary=3Di" if encoding[0] == "q" else b"boundary=i")
    )
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "Outer words." in page and f"/mail/INBOX/{uid}/inside/2/" in page
    (name,) = labels(page)
    assert name.endswith(".eml")
    inside = site.text(f"/mail/INBOX/{uid}/inside/2/")
    assert "Inner subject" in inside and labels(inside) == ["inner.txt"]
    assert "html/?inside=2" in inside
    assert "The inner words." in site.text(f"/mail/INBOX/{uid}/html/?inside=2")
    assert download(site, uid, "2~2")[0] == b"inner file"
    assert site.client.get(f"/mail/INBOX/{uid}/inside/1/").status_code == 404
    assert site.client.get(f"/mail/INBOX/{uid}/part/2~9/x").status_code == 404
    assert site.client.get(f"/mail/INBOX/{uid}/part/2~~/x").status_code == 404


def test_a_file_in_the_text_is_an_attachment(site: Site) -> None:
    uid = site.put(head("x") + b"\r\nHere is the file:\r\n\r\n" + NOTE + b"\r\nBye\r\n")
    page = site.text(f"/mail/INBOX/{uid}/")
    assert labels(page) == ["small note.txt"]
    assert "Here is the file:" in page and "Bye" in page and "86QL" not in page
    octets, _, disposition = download(site, uid, "1~1")
    assert octets == b"The small file, in two lines.\n"
    assert "small note.txt" in disposition


WINMAIL = stream(
    attribute(0x800C, b"Words inside.\0", level=1),
    file(b"inside note.txt", b"The file inside.\n"),
    file(b"OFFER~1.PDF", b"%PDF", (0x3707, 0x1F, "Offer 12/2025 Größe.pdf\0".encode("utf-16-le"))),
)


def winmail(text: str) -> bytes:
    return message(
        "Content-Type: multipart/mixed; boundary=b1",
        "",
        *(("--b1", "", text) if text else ()),
        "--b1",
        "Content-Type: application/ms-tnef; name=winmail.dat",
        "Content-Disposition: attachment; filename=winmail.dat",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(WINMAIL).decode(),
        "--b1--",
    )


def test_the_files_of_a_winmail_dat_are_offered(site: Site) -> None:
    uid = site.put(winmail("The file is attached."))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "The file is attached." in page and "Words inside." not in page
    assert labels(page) == ["inside note.txt", "Offer 12_2025 Größe.pdf"]
    assert download(site, uid, "2~2")[0] == b"The file inside.\n"
    alone = site.put(winmail(""))
    assert "Words inside." in site.text(f"/mail/INBOX/{alone}/")


def test_a_file_from_inside_is_forwarded(site: Site) -> None:
    uid = site.put(winmail("The file is attached."))
    form = site.text(f"/mail/INBOX/{uid}/forward/")
    tokens = re.findall(r'name="kept" value="([^"]+)"', form)
    assert [token.split(".")[2] for token in tokens] == ["2~2", "2~3"]
    assert "stays on the server</span></label>" not in form
    note = SimpleUploadedFile('5" disk.txt', b"mine", "text/plain")
    answer = site.client.post(
        "/write/",
        {
            "do": "save",
            "to": "bob@lemonade.test",
            "text": "See below.",
            "offered": tokens,
            "kept": tokens[:1],
            "files": note,
        },
        follow=True,
    )
    assert answer.status_code == 200
    site.imap.select("Drafts")
    _, found = site.imap.fetch("1", "(BODY.PEEK[] BODYSTRUCTURE)")
    assert isinstance(found[0], tuple)
    data = found[0][1]
    assert base64.b64encode(b"The file inside.\n") in data
    assert b'filename="inside note.txt"' in data
    assert rb'filename="5\" disk.txt"' in data


def test_signed_words_are_shown_with_the_state_of_the_signature(site: Site) -> None:
    for data in (signed(WORDS), streamed(signed(WORDS))):
        uid = site.put(opaque(data))
        page = site.text(f"/mail/INBOX/{uid}/")
        assert "The signed words." in page and labels(page) == ["signed.txt"]
        assert "Signed by Mira Stone &lt;mira@away.example&gt;, and not altered since." in page
        assert "not the address of the sender" not in page
        assert download(site, uid, "1~2")[0] == b"signed file"
    assert "not the address of the sender: Mira &lt;eve@away.example&gt;" in site.text(
        f"/mail/INBOX/{site.put(opaque(signed(WORDS), sender='Mira <eve@away.example>'))}/"
    )
    forged = signed(WORDS).replace(b"signed words", b"forged words")
    page = site.text(f"/mail/INBOX/{site.put(opaque(forged))}/")
    assert "forged words" in page and "this message was altered" in page
    broken = site.text(f"/mail/INBOX/{site.put(opaque(b'nonsense'))}/")
    assert labels(broken) == ["smime.p7m"]


def test_a_signature_beside_the_words_is_checked(site: Site) -> None:
    mark = signed(WORDS, detached=True)
    page = site.text(f"/mail/INBOX/{site.put(clear(WORDS, mark))}/")
    assert "and not altered since" in page and "The signed words." in page
    assert labels(page) == ["signed.txt"]
    page = site.text(f"/mail/INBOX/{site.put(clear(WORDS.replace(b'file', b'fake'), mark))}/")
    assert "this message was altered" in page


@pytest.mark.parametrize(
    ("kind", "extension", "sent_as"),
    [
        ("application/pdf", "pdf", "application/pdf"),
        ("image/jpeg", "jpg", "image/jpeg"),
        ("text/calendar; method=REQUEST", "ics", "text/calendar; charset=utf-8"),
        ("text/csv", "csv", "text/csv; charset=utf-8"),
        ("text/html", "html", "application/octet-stream"),
    ],
)
def test_a_nameless_file_has_the_extension_of_its_type(
    site: Site, kind: str, extension: str, sent_as: str
) -> None:
    uid = site.put(
        message(
            "Content-Type: multipart/mixed; boundary=b",
            "",
            "--b",
            "",
            "x",
            "--b",
            f"Content-Type: {kind}",
            "Content-Disposition: attachment",
            "",
            "data",
            "--b--",
        )
    )
    (name,) = labels(site.text(f"/mail/INBOX/{uid}/"))
    assert name.endswith(f".{extension}")
    octets, type_, disposition = download(site, uid, "2")
    assert (octets, type_) == (b"data", sent_as)
    assert disposition == f'attachment; filename="{name}"'


def test_names_reach_the_browser_with_their_meaning(site: Site) -> None:
    long = "Quarterly figures " * 20 + ".xlsx"
    names = [long, "Offer 12/2025 rev A.pdf", '5\\" disk.pdf', ".profile"]
    parts = [
        line
        for name in names
        for line in ("--b", f'Content-Disposition: attachment; filename="{name}"', "", "data")
    ]
    uid = site.put(message("Content-Type: multipart/mixed; boundary=b", "", *parts, "--b--"))
    found = labels(site.text(f"/mail/INBOX/{uid}/"))
    assert found[0].endswith("….xlsx") and len(found[0]) <= 200
    assert found[1:] == ["Offer 12_2025 rev A.pdf", "5&quot; disk.pdf", ".profile"]
    assert "filename*=UTF-8''5%22%20disk.pdf" in download(site, uid, "3")[2]
    assert download(site, uid, "1")[2].endswith("%E2%80%A6.xlsx")


def test_a_lone_text_file_is_shown_and_can_be_saved(site: Site) -> None:
    uid = site.put(
        message(
            "Content-Type: text/plain; name=notes.txt",
            "Content-Disposition: inline; filename=notes.txt",
            "",
            "The notes.",
        )
    )
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "The notes." in page and labels(page) == ["notes.txt"]
    assert download(site, uid, "1")[0] == b"The notes.\r\n"
