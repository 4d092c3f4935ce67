"""Commands and what stands in them: understood, or refused with the error that is the reply."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from lemonade_server.extensions.loader import load
from lemonade_server.imap import ext
from lemonade_server.imap.ext.append import upload
from lemonade_server.imap.ext.convert import grammar as convert_grammar
from lemonade_server.imap.ext.esearch import return_options
from lemonade_server.imap.ext.notify import grammar as notify_grammar
from lemonade_server.imap.ext.sort import sort_keys
from lemonade_server.imap.ext.store import change
from lemonade_server.imap.fetch.plan import fetch_request
from lemonade_server.imap.mailboxes.patterns import read_pattern
from lemonade_server.imap.search.program import program
from lemonade_server.imap.view import View
from lemonade_server.store.ids import AccountId, MailboxId, Modseq
from lemonade_server.wire import imapurl, mta_sts, sasl, smtp, utf7
from lemonade_server.wire.cursor import Cursor, Literal
from lemonade_server.wire.errors import Bad, No, Reply
from lemonade_server.wire.section import section

load(ext)  # they fill the registries

VIEW = View(
    mailbox=MailboxId(1),
    account=AccountId(1),
    name="INBOX",
    uidvalidity=1,
    uids=array("I", [2, 3, 5, 9]),
    modseq=Modseq(1),
    uidnext=10,
    read_only=False,
    keywords="",
    recent=[(5, 10)],
)
READERS: tuple[Callable[[Cursor], object], ...] = (
    lambda cursor: fetch_request(cursor, by_uid=True),
    lambda cursor: program(VIEW, cursor),
    change,
    upload,
    return_options,
    lambda cursor: sort_keys(cursor, VIEW.reader),
    convert_grammar.convert_arguments,
    notify_grammar.notify_set,
    section,
    Cursor.numset,
    Cursor.date_time,
    Cursor.flag_list,
    Cursor.astring,
    Cursor.nstring,
    Cursor.typed_mailbox,
    Cursor.possible_mailbox,
    Cursor.pattern,
    lambda cursor: cursor.astring(eight_bit=True),
    lambda cursor: read_pattern(cursor.pattern(), cursor.utf8),
    Cursor.mod_sequence,
)


def imap(data: bytes) -> None:
    """Every reader of arguments, with and without a literal where one is announced."""
    for reader in READERS:
        for literals in ([], [Literal(3, False, b"abc")]):
            try:
                reader(Cursor(data, list(literals)))
            except (Bad, No):
                continue


def url(data: bytes) -> None:
    """IMAP URLs (RFC 5092, RFC 4467)."""
    try:
        found = imapurl.parse(data)
    except imapurl.UrlError:
        return
    assert isinstance(found, imapurl.ImapUrl)


def submission(data: bytes) -> None:
    """Verbs and parameters of SMTP and LMTP."""
    try:
        _, args = smtp.command(data)
    except Reply as error:
        assert 400 <= error.code < 600
        args = data
    for reader in (smtp.mail, smtp.recipient, smtp.burl, smtp.bdat, smtp.auth):
        try:
            reader(args)
        except Reply as error:
            assert 400 <= error.code < 600


def words(data: bytes) -> None:
    """Login responses, mailbox names, policies."""
    for reader in (sasl.plain, sasl.oauthbearer, utf7.decode, _policy):
        try:
            reader(data)
        except ValueError:
            continue


def _policy(data: bytes) -> object:
    return mta_sts.parse_policy(data.decode("latin-1"))


COMMANDS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "imap_commands": (
        imap,
        (
            *(
                b"FLAGS ",
                b"BODY.PEEK[",
                b"HEADER.FIELDS (",
                b"]",
                b"<1.2>",
                b"(",
                b")",
                b" ",
                b"{3}\r\n",
            ),
            *(
                b"CHANGEDSINCE 1",
                b"NOT ",
                b"OR ",
                b'SUBJECT "x" ',
                b"1:* ",
                b"$ ",
                b"SINCE 1-Jan-2020 ",
            ),
            *(
                b"CHARSET UTF-8 ",
                b"MODSEQ 1 ",
                b"+FLAGS.SILENT ",
                b"UNCHANGEDSINCE ",
                b"CATENATE (URL ",
            ),
            *(
                b"RETURN (PARTIAL 1:2)",
                b"REVERSE DATE ",
                b"FUZZY ",
                b"WITHIN ",
                b"SET STATUS ",
                b'"',
            ),
            *(
                b"(selected ",
                b"(MessageNew (FLAGS) MessageExpunge)",
                b"ANNOTATION (/comment value)",
                b"ANNOTATION (/1/comment (value.priv NIL))",
                b"/vendor/%/* ",
                b"subtree ",
                b"~{3}\r\n",
                b"\\",
            ),
        ),
    ),
    "imap_url": (
        url,
        (
            *(
                b"imap://",
                b"alice@host",
                b";AUTH=*",
                b"/INBOX",
                b";UIDVALIDITY=1",
                b"/;UID=2",
                b"%2",
            ),
            *(b"/;SECTION=1.2", b"/;PARTIAL=0.5", b";EXPIRE=2026-01-01T00:00:00Z", b":993", b"?"),
            *(b";URLAUTH=submit+alice", b":INTERNAL:", b"91354a473744909de610943775f92038", b"%E4"),
        ),
    ),
    "smtp_commands": (
        submission,
        (
            *(b"MAIL FROM:", b"RCPT TO:", b"<a@b.test>", b"<>", b" SIZE=9", b" BODY=8BITMIME"),
            *(b" RET=HDRS", b" ENVID=QQ+3D", b" NOTIFY=NEVER", b" ORCPT=rfc822;a@b", b" HOLDFOR=9"),
            *(
                b"BURL imap://x LAST",
                b"BDAT 5 LAST",
                b"AUTH PLAIN =",
                b"<@a,@b:c@d>",
                b'"q q"@b',
                b"+",
            ),
            *(b" BY=9;R", b" MT-PRIORITY=3", b" SMTPUTF8", b" AUTH=<>", b"\xc3\xa9", b"[IPv6:::1]"),
        ),
    ),
    "words": (
        words,
        (
            *(
                b"\0",
                b"n,a=x,",
                b"\1auth=Bearer x\1\1",
                b"&",
                b"-",
                b"&AOQ-",
                b"&2AA-",
                b"version:",
            ),
            *(
                b" STSv1\n",
                b"mode: enforce\n",
                b"mx: *.b.test\n",
                b"max_age: 9\n",
                b"host=",
                b"\xff",
            ),
        ),
    ),
}
