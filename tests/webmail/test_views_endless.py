"""Messages made to be more than a page can hold: the beginning is shown, the source is offered."""

from __future__ import annotations

import pytest

from .website import Site

HEAD = (
    b"From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 3 Feb 2025 18:28:47 +0000\r\n"
    b"MIME-Version: 1.0\r\nSubject: endless\r\n"
)
PART = b"--zz\r\nContent-Type: text/plain\r\n\r\n%b\r\n"


def mixed(parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=zz\r\n\r\n" + parts + b"--zz--\r\n"


def deep(count: int) -> bytes:
    rings = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at)
        for at in range(count)
    )
    return HEAD + rings + b"Content-Type: text/plain\r\n\r\nfirst words\r\n"


FILE = b"--zz\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n"
CUT = {
    "parts": mixed(PART % b"first words" + PART % b"x" * 100_000),
    "texts": mixed(PART % b"first words" + PART % b"x" * 200),
    "files": mixed(PART % b"first words" + FILE * 3_000),
}
WHOLE = {
    "rings": deep(3_000),
    "fields": HEAD
    + b"".join(b"X-%d: v\r\n" % at for at in range(100_000))
    + b"\r\nfirst words\r\n",
    "a long field": HEAD + b"X-Long: " + b"y" * 10_000_000 + b"\r\n\r\nfirst words\r\n",
    "people": HEAD + b"Cc: " + b", ".join([b"u@example.org"] * 20_000) + b"\r\n\r\nfirst words\r\n",
    "messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"\r\nfirst words\r\n",
    "parameters": HEAD
    + b"Content-Type: text/plain"
    + b"".join(b"; p%d=v" % at for at in range(20_000))
    + b"\r\n\r\nfirst words\r\n",
}


@pytest.mark.parametrize("kind", [*CUT, *WHOLE])
def test_it_opens_and_its_source_is_offered(site: Site, kind: str) -> None:
    uid = site.put({**CUT, **WHOLE}[kind])
    answer = site.client.get(f"/mail/INBOX/{uid}/", headers={"X-Pane": "letter"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f"/mail/INBOX/{uid}/source/" in page
    assert ("longer than one page can show" in page) is (kind in (*CUT, "a long field"))
    if kind in CUT:
        assert "first words" in page
    for answer_by in ("reply", "forward"):
        assert site.client.get(f"/mail/INBOX/{uid}/{answer_by}/").status_code == 200, answer_by
