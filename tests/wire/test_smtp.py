"""Commands and replies of submission, with the refusals that RFC 5248 wants for each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import MailCommand, RcptCommand


def refusal(parse: Callable[[bytes], object], args: bytes) -> tuple[int, str]:
    with pytest.raises(Reply) as refused:
        parse(args)
    return refused.value.code, refused.value.enhanced


def test_commands() -> None:
    assert smtp.command(b"mail FROM:<a@b> SIZE=1 ") == (b"MAIL", b"FROM:<a@b> SIZE=1")
    assert smtp.command(b"QUIT") == (b"QUIT", b"")
    assert smtp.command("RCPT TO:<ü@b>".encode()) == (b"RCPT", "TO:<ü@b>".encode())
    for line in (b"", b" NOOP", b"NOOP\n", b"NO\0OP", b"NOOP a\rb", b"\xff\xff", b"x" * 50):
        assert refusal(smtp.command, line) == (500, "5.5.2")


def test_mail() -> None:
    assert smtp.mail(b"FROM:<alice@example.com>") == MailCommand("alice@example.com")
    assert smtp.mail(b"from: <> BODY=8bitmime") == MailCommand("", body="8BITMIME")
    assert smtp.mail(
        b"FROM:<a@b> SIZE=500 BODY=BINARYMIME RET=hdrs ENVID=QQ314+3D159 AUTH=<> HOLDFOR=60"
    ) == MailCommand(
        "a@b",
        body="BINARYMIME",
        size=500,
        ret="HDRS",
        envid="QQ314=159",
        auth="",
        other={"HOLDFOR": "60"},
    )
    assert smtp.mail(b"FROM:<a@b> BODY=BINARY").body == "BINARYMIME"  # RFC 5550 prints it
    assert smtp.mail(b"FROM:<a@b> AUTH=e+3Dmc2@example.com").auth == "e=mc2@example.com"
    assert smtp.mail("FROM:<ü@ü.example> SMTPUTF8".encode()).address == "ü@ü.example"


def test_recipient() -> None:
    assert smtp.recipient(b"TO:<Postmaster>") == RcptCommand("Postmaster")
    assert smtp.recipient(
        b"TO:<b@c> notify=success,DELAY ORCPT=rfc822;Bob+2BNews@C.example X-Y"
    ) == RcptCommand("b@c", "SUCCESS,DELAY", "rfc822;Bob+News@C.example", {"X-Y": ""})
    assert smtp.recipient(b"TO:<b@c> NOTIFY=NEVER").notify == "NEVER"
    assert smtp.recipient(rb"TO:<b@c> ORCPT=utf-8;\x{FC}\x{2B}x@c").orcpt == "utf-8;ü+x@c"
    assert smtp.recipient("TO:<ü@c>".encode(), utf8=True).address == "ü@c"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (b"<@a.example,@b.example:joe@c.example>", "joe@c.example"),  # a source route is ignored
        (b'<"joe"@c>', "joe@c"),
        (b'<"j\\oe"@c>', "joe@c"),
        (b'<"j oe"@c>', '"j oe"@c'),
        (b'<"a>b\\""@c>', '"a>b\\""@c'),
        (b"<joe@[192.0.2.1]>", "joe@[192.0.2.1]"),
        (b"<joe@[IPv6:2001:db8::1]>", "joe@[IPv6:2001:db8::1]"),
        (b"<joe+tag=x@c.example.>", "joe+tag=x@c.example"),
    ],
)
def test_paths(path: bytes, address: str) -> None:
    assert smtp.recipient(b"TO:" + path).address == address


BROKEN_PATHS = ["joe@c", "<joe>", "<joe@>", "<@c>", "<a..b@c>", "<.a@c>", "<a@-c>", "<a@c-.d>"]
BROKEN_PATHS += ["<<a@c>>", '<"a@c>', "<a@c", "<a@b@c>", "<a@[x]>", "<a@c..d>", "<@a:>"]
BROKEN_PATHS += ["", "<a b@c>", "<a@b c>", "<" + "a" * 320 + "@c>"]


@pytest.mark.parametrize("path", BROKEN_PATHS)
def test_broken_paths(path: str) -> None:
    assert refusal(smtp.recipient, b"TO:" + path.encode()) == (501, "5.1.3")
    assert refusal(smtp.mail, b"FROM:" + path.encode()) == (501, "5.1.7")


def test_other_refusals_of_addresses() -> None:
    assert refusal(smtp.recipient, b"TO:<>") == (501, "5.1.3")
    assert refusal(smtp.recipient, b"<a@b>") == (501, "5.5.4")
    assert refusal(smtp.mail, "FROM:<ü@c>".encode()) == (553, "5.6.7")
    assert refusal(smtp.recipient, "TO:<ü@c>".encode()) == (553, "5.6.7")
    assert refusal(smtp.mail, b"FROM:<\xff@c> SMTPUTF8") == (501, "5.5.2")


@pytest.mark.parametrize(
    "parameters",
    [
        b"SIZE",
        b"SIZE=x",
        b"SIZE=1 SIZE=1",
        b"BODY=9BIT",
        b"RET=ALL",
        b"RET=FULL ret=FULL",  # S-14
        b"ENVID=",
        b"ENVID=a+2b",  # lower-case digits
        b"ENVID=a+0D+0AX:y",
        b"ENVID=+C3+BC",  # not ASCII
        b"ENVID=" + b"x" * 101,
        b"ENVID=a=b",
        b"AUTH=+0A",
        b"SMTPUTF8=1",
        b"-X=1",
        b"X=\x7f",
    ],
)
def test_broken_parameters_of_mail(parameters: bytes) -> None:
    assert refusal(smtp.mail, b"FROM:<a@b> " + parameters) == (501, "5.5.4")


@pytest.mark.parametrize(
    "parameters",
    [
        b"NOTIFY=",
        b"NOTIFY=NEVER,SUCCESS",
        b"NOTIFY=SUCCESS,SUCCESS",
        b"NOTIFY=MAYBE",
        b"NOTIFY=NEVER NOTIFY=NEVER",
        b"ORCPT=joe@c",
        b"ORCPT=rfc822;",
        b"ORCPT=rfc822;a+0Ab",
        b"ORCPT=rfc 822;a",
        b"ORCPT=rfc822;a+b",
        b"ORCPT=rfc822;" + b"x" * 500,
        rb"ORCPT=utf-8;\x{D800}",
        rb"ORCPT=utf-8;\x{0A}",
        rb"ORCPT=utf-8;\x{FFFFFF}",
    ],
)
def test_broken_parameters_of_rcpt(parameters: bytes) -> None:
    assert refusal(smtp.recipient, b"TO:<a@b> " + parameters) == (501, "5.5.4")


def test_a_blank_stands_before_parameters() -> None:
    assert refusal(smtp.mail, b"FROM:<a@b>SIZE=1") == (501, "5.5.4")


def test_burl() -> None:
    url = b"imap://a@h/INBOX/;UID=1;URLAUTH=submit+a:internal:" + b"0" * 8000
    assert smtp.burl(url + b" last") == (url, True)
    assert smtp.burl(url) == (url, False)
    for args in (b"", b"LAST", b"/INBOX/;UID=1", url + b" FIRST", url + b" LAST LAST", b"x:\xff"):
        assert refusal(smtp.burl, args) == (501, "5.5.4")


def test_bdat() -> None:
    assert smtp.bdat(b"86") == (86, False)
    assert smtp.bdat(b"0 Last") == (0, True)
    for args in (b"", b"LAST", b"-1", b"1 2", b"0x10", b"1  LAST", b"9" * 20, "１".encode()):
        assert refusal(smtp.bdat, args) == (501, "5.5.4")


def test_auth() -> None:
    assert smtp.auth(b"plain AGEAYg==") == ("PLAIN", b"AGEAYg==")
    assert smtp.auth(b"PLAIN =") == ("PLAIN", b"=")
    assert smtp.auth(b"LOGIN") == ("LOGIN", None)
    for args in (b"", b"PLAIN a b", b"PL\xffAIN"):
        assert refusal(smtp.auth, args) == (501, "5.5.4")


def test_replies() -> None:
    assert smtp.reply(250, "2.1.0", "Fine") == b"250 2.1.0 Fine\r\n"
    assert smtp.reply(250, "", "mx", "SIZE 5", "DSN") == b"250-mx\r\n250-SIZE 5\r\n250 DSN\r\n"
    assert smtp.reply(550, "5.1.1", "No", "body") == b"550-5.1.1 No\r\n550 5.1.1 body\r\n"
    assert smtp.reply(334, "", "") == b"334 \r\n"
    assert smtp.reply(550, "5.7.1", "<a\r\n250 ok>") == b"550 5.7.1 <a 250 ok>\r\n"
    assert len(smtp.reply(550, "5.7.1", "ü" * 9999)) < 512


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_xtext_round_trip(text: str) -> None:
    value = smtp.encode_xtext(text)
    assert value.isascii() and not set(value) & set(" =")
    assert smtp.decode_xtext(value) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_orcpt_round_trip(address: str) -> None:
    for kind in ("rfc822", "utf-8"):
        value = smtp.encode_orcpt(f"{kind};{address}")
        assert value.isascii() and " " not in value
        given_back = smtp.recipient(b"TO:<a@b> ORCPT=" + value.encode())
        assert given_back.orcpt == f"{kind};{address}"


@given(st.binary(max_size=60) | st.text('<>@:,"\\.ab =+;[]1é', max_size=40).map(str.encode))
def test_any_octets_give_a_value_or_a_reply(line: bytes) -> None:
    parsers: list[Callable[[bytes], object]] = [smtp.command, smtp.burl, smtp.bdat, smtp.auth]
    for parse in parsers:
        _try(parse, line)
    for parse in (smtp.mail, smtp.recipient):
        _try(parse, b"FROM:<" + line)
        _try(parse, b"TO:<a@b> " + line)
        _try(parse, line)


def _try(parse: Callable[[bytes], object], args: bytes) -> None:
    try:
        parse(args)
    except Reply as refused:
        assert 500 <= refused.code <= 553 and refused.enhanced.startswith("5.")
