import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.imapurl import UrlError, message_url, parse, ticket_rump
from lemonade_server.wire.utf7 import canonical

TOKEN = b"91354a473744909de610943775f92038"
RFC_TICKET = (  # RFC 4467 §3
    b"imap://joe@example.com/INBOX/;uid=20/;section=1.2;expire=2026-03-19T00:00:00Z"
    b";urlauth=submit+fred:internal:" + TOKEN
)


def test_a_ticket() -> None:
    url = parse(RFC_TICKET)
    assert (url.absolute, url.user, url.host, url.port) == (True, "joe", "example.com", None)
    assert (url.mailbox, url.uidvalidity, url.uid) == ("INBOX", None, 20)
    assert (url.section, url.partial, url.expire) == ("1.2", None, 1_773_878_400)
    assert (url.access, url.mechanism) == ("submit+fred", "INTERNAL")
    assert url.token == bytes.fromhex(TOKEN.decode())
    assert url.rump == RFC_TICKET.removesuffix(b":internal:" + TOKEN)
    assert url.raw == RFC_TICKET


def test_a_relative_url() -> None:
    url = parse(b"/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=2.MIME/;PARTIAL=0.1024")
    assert (url.absolute, url.user, url.host) == (False, None, None)
    assert (url.mailbox, url.uidvalidity, url.uid) == ("Drafts", 385759045, 20)
    assert (url.section, url.partial) == ("2.MIME", (0, 1024))
    assert (url.access, url.token, url.rump) == (None, None, url.raw)
    assert parse(b"/x/;UID=1/;PARTIAL=7").partial == (7, None)


def test_encodings() -> None:
    """The mailbox is UTF-8 in percent signs, whatever the wire uses elsewhere."""
    url = parse(
        b"imap://j%40x;AUTH=*@[::1]:1143/~peter/%E6%97%A5%3B/;UID=3/;SECTION=HEADER.FIELDS%20(TO)"
    )
    assert (url.user, url.auth, url.host, url.port) == ("j@x", "*", "[::1]", 1143)
    assert (url.mailbox, url.section) == ("~peter/日;", "HEADER.FIELDS (TO)")
    assert parse(b"imap://;AUTH=GSSAPI@Host.Example/inbox/a/;UID=1").auth == "GSSAPI"
    assert parse(b"imap://Host.Example:/inbox/a/;UID=1").host == "host.example"
    assert parse(b"/inbox/a/;UID=1").mailbox == "INBOX/a"


def test_a_whole_mailbox_has_no_uid() -> None:
    assert parse(b"imap://joe@example.com/INBOX;UIDVALIDITY=1").uid is None
    assert parse(b"/INBOX").uid is None


@pytest.mark.parametrize(
    ("access", "found"),
    [
        (b"submit+fred", "submit+fred"),
        (b"USER+a%40b", "user+a@b"),
        (b"authuser", "authuser"),
        (b"Anonymous", "anonymous"),
        (b"stream", "stream"),  # RFC 5593
    ],
)
def test_access_identifiers(access: bytes, found: str) -> None:
    assert parse(b"imap://joe@h/x/;UID=1;URLAUTH=" + access).access == found


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"imap://example.com",
        b"imap://example.com/",
        b"imaps://example.com/INBOX/;UID=1",
        b"http://example.com/INBOX/;UID=1",
        b"//example.com/INBOX/;UID=1",
        b"imap://example.com//INBOX/;UID=1",
        b"INBOX/;UID=1",
        b";UID=1",
        b"/INBOX?SUBJECT%20x",
        b"/INBOX/;UID=0",
        b"/INBOX/;UID=01",
        b"/INBOX/;UID=4294967296",
        b"/INBOX;UIDVALIDITY=0/;UID=1",
        b"/INBOX/;UID=1/;SECTION=",
        b"/INBOX/;UID=1/;PARTIAL=1.0",
        b"/INBOX/;UID=1/;PARTIAL=x",
        b"/INBOX/;UID=1/;PARTIAL=1/;SECTION=1",
        b"/IN BOX/;UID=1",
        b"/caf\xc3\xa9/;UID=1",
        b"/%E9/;UID=1",
        b"/%00/;UID=1",
        b"/%zz/;UID=1",
        b"/INBOX/;UID=1;EXPIRE=2026-03-19T00:00:00Z",
        b"/INBOX/;UID=1;EXPIRE=soon;URLAUTH=authuser",
        b"/INBOX/;UID=1;EXPIRE=2026-02-30T00:00:00Z;URLAUTH=authuser",
        b"/INBOX;URLAUTH=authuser",
        b"/INBOX/;UID=1;URLAUTH=submit+",
        b"/INBOX/;UID=1;URLAUTH=submit",
        b"/INBOX/;UID=1;URLAUTH=authuser+x",
        b"/INBOX/;UID=1;URLAUTH=authuser:INTERNAL",
        b"/INBOX/;UID=1;URLAUTH=authuser:INTERNAL:" + TOKEN[:-1],
        b"/INBOX/;UID=1;URLAUTH=authuser:INTERNAL:" + TOKEN + b"a",
        b"/INBOX/;UID=1;URLAUTH=authuser:INTERNAL:" + TOKEN + b"\n",
        b"imap://h:70000/INBOX/;UID=1",
        b"imap://h:0/INBOX/;UID=1",
        b"imap://joe@evil@h/INBOX/;UID=1",
        b"imap://h\r\nx/INBOX/;UID=1",
    ],
)
def test_not_the_url_of_a_message(raw: bytes) -> None:
    with pytest.raises(UrlError):
        parse(raw)


def test_what_is_written() -> None:
    assert message_url("Entwürfe/a;b", 7, 9, "HEADER.FIELDS (TO)", (10, 20)) == (
        b"/Entw%C3%BCrfe/a%3Bb;UIDVALIDITY=7/;UID=9/;SECTION=HEADER.FIELDS%20(TO)/;PARTIAL=10.20"
    )
    assert message_url("/x/", None, 9, "/") == b"/%2Fx%2F/;UID=9/;SECTION=%2F"
    url = message_url("Sent", 1, 2, user="al@example.com", host="mx.example.com", port=1143)
    assert url == b"imap://al%40example.com@mx.example.com:1143/Sent;UIDVALIDITY=1/;UID=2"
    assert ticket_rump(url, "submit+al@example.com", 0).endswith(
        b";EXPIRE=1970-01-01T00:00:00Z;URLAUTH=submit+al%40example.com"
    )
    with pytest.raises(ValueError):
        message_url("", 1, 2)


NUMBER = st.integers(1, 0xFFFFFFFF)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(
    TEXT.map(canonical),
    st.none() | NUMBER,
    NUMBER,
    st.just("") | TEXT,
    st.none() | st.tuples(st.integers(0, 10**18), st.none() | NUMBER),
    st.none() | TEXT,
    st.booleans(),
)
def test_round_trip(
    mailbox: str,
    uidvalidity: int | None,
    uid: int,
    section: str,
    partial: tuple[int, int | None] | None,
    user: str | None,
    absolute: bool,
) -> None:
    host = "mx.example.com" if absolute else None
    raw = message_url(mailbox, uidvalidity, uid, section, partial, user=user, host=host, port=143)
    url = parse(raw)
    assert (url.mailbox, url.uidvalidity, url.uid) == (mailbox, uidvalidity, uid)
    assert (url.section or "", url.partial, url.rump) == (section, partial, raw)
    assert (url.user, url.host) == ((user, host) if absolute else (None, None))


@given(TEXT, TEXT, st.none() | st.integers(0, 4 * 10**9))
def test_the_rump_is_byte_exact(mailbox: str, who: str, expire: int | None) -> None:
    rump = ticket_rump(message_url(mailbox, None, 1, user="a", host="h"), f"user+{who}", expire)
    signed = rump + b":InterNal:" + TOKEN.upper()
    url = parse(signed)
    assert (url.rump, url.raw, url.access, url.expire) == (rump, signed, f"user+{who}", expire)
    assert parse(rump).rump == rump


@given(st.binary(max_size=50) | st.text("imap:/;UIDSECTON=.%24FA@[]", max_size=50).map(str.encode))
def test_any_octets_give_a_url_or_an_error(raw: bytes) -> None:
    for prefix in (b"", b"/x/;UID=1", b"imap://h/x"):
        try:
            url = parse(prefix + raw)
        except UrlError:
            continue
        assert url.mailbox and url.raw.startswith(url.rump)


def test_long_urls_take_no_long_time() -> None:
    began = time.process_time()
    for raw in (b"/" + b"a/" * 30_000 + b";", b"imap://" + b"a" * 60_000, b"/x" + b"%20" * 20_000):
        try:
            parse(raw + b"\n")
        except UrlError:
            continue
        raise AssertionError(raw[:20])
    assert time.process_time() - began < 1
