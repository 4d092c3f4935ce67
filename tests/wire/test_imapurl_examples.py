"""The URLs that the RFCs print, their slips included: RFC 4467, 4469, 4550, 5550."""

from __future__ import annotations

import pytest

from lemonade_server.wire.imapurl import UrlError, parse

TOKEN = b"91354a473744909de610943775f92038"


@pytest.mark.parametrize(
    ("raw", "uid", "section"),
    [
        (b"/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER", 20, "HEADER"),
        (b"/Drafts;UIDVALIDITY=385759045/;UID=30", 30, None),
        (b"/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9", 113330, "1.5.9"),
        (b"/INBOX;UIDVALIDITY=385759045/;UID=25627;Section=2.MIME", 25627, "2.MIME"),
        (b"/INBOX;UIDVALIDITY=385759045/;UID=25627/;Section=2", 25627, "2"),
    ],
)
def test_catenate(raw: bytes, uid: int, section: str | None) -> None:
    url = parse(raw)
    assert (url.absolute, url.uid, url.section) == (False, uid, section)


@pytest.mark.parametrize(
    "rump",
    [
        b"imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred",
        b"imap://bob.ar@example.org/Sent;UIDVALIDITY=387899045/;uid=45/;urlauth=submit+bob.ar",
        b"imap://bob.ar@example.org/Sent;UIDVALIDITY=387899045/;uid=45;"
        b"expire=2005-10-28T23:59:59Z;urlauth=submit+bob.ar",
        b"imap://bob.ar@example.org/INBOX;UIDVALIDITY=385759045/;UID=25627/;Section=2.MIME;"
        b"expire=2006-10-28T23:59:59Z;urlauth=submit+bob.ar",
        b"imap://a@b/INBOX/;uid=1/;section=2/;partial=0.1024/;expire=2006-10-28T23:59:59Z"
        b"/;urlauth=anonymous",
    ],
)
def test_tickets_keep_their_rump_octet_by_octet(rump: bytes) -> None:
    url = parse(rump + b":internal:" + TOKEN)
    assert url.rump == rump
    assert url.token == bytes.fromhex(TOKEN.decode())
    assert url.user is not None and url.uid is not None
    assert parse(rump).rump == rump


@pytest.mark.parametrize(
    "raw", [b" /INBOX;UIDVALIDITY=385759045/;UID=25627", b"/INBOX/;UID=1;", b""]
)
def test_what_is_none(raw: bytes) -> None:
    with pytest.raises(UrlError):
        parse(raw)
