"""CAPABILITY is what is registered, and this list: nothing appears or goes by accident."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from lemonade_server.imap import ext, states
from lemonade_server.imap.registry import CAPABILITIES, COMMANDS
from tests.mailserver import PASSWORD, MailServer

from .client import Client
from .inside import Wire

DOCS = Path(__file__).parents[2] / "docs"

# What a logged-in client is offered.
OFFERED = {
    "IMAP4rev1",
    "ACL",
    "ANNOTATE-EXPERIMENT-1",
    "IMAP4rev2",
    "BINARY",
    "CATENATE",
    "CHILDREN",
    "COMPRESS=DEFLATE",
    "CONDSTORE",
    "CONTEXT=SEARCH",
    "CONTEXT=SORT",
    "CONVERT",
    "CREATE-SPECIAL-USE",
    "ENABLE",
    "ESEARCH",
    "ESORT",
    "I18NLEVEL=1",
    "FILTERS",
    "ID",
    "IDLE",
    "INPROGRESS",
    "LANGUAGE",
    "LIST-EXTENDED",
    "LIST-METADATA",
    "LIST-MYRIGHTS",
    "LIST-STATUS",
    "LITERAL+",
    "MAILBOX-REFERRALS",
    "METADATA",
    "METADATA-SERVER",
    "MOVE",
    "MULTIAPPEND",
    "MULTISEARCH",
    "NAMESPACE",
    "NOTIFY",
    "OBJECTID",
    "PARTIAL",
    "POSTADDRESS",
    "PREVIEW",
    "PREVIEW=FUZZY",
    "QRESYNC",
    "QUOTA",
    "QUOTA=RES-MESSAGE",
    "QUOTA=RES-STORAGE",
    "REPLACE",
    "RIGHTS=kxten",
    "SAVEDATE",
    "SEARCH=FUZZY",
    "SEARCHRES",
    "SNIPPET=FUZZY",
    "SORT",
    "SORT=DISPLAY",
    "SORT=MODSEQ",
    "SORT=UID",
    "SPECIAL-USE",
    "STATUS=SIZE",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "THREAD=REFS",
    "UIDONLY",
    "UIDPLUS",
    "UNAUTHENTICATE",
    "UNSELECT",
    "URL-PARTIAL",
    "URLAUTH",
    "URLAUTH=BINARY",
    "UTF8=ACCEPT",
    "WITHIN",
    "X-DRAFT-W02-RECONNECT",
    "X-LEMONADE-ATTACHMENTS",
    "X-LEMONADE-CONVERSATIONS",
}
PHASE_1 = {"IMAP4rev1", "CATENATE", "UIDPLUS", "URLAUTH", "NAMESPACE", "CONDSTORE"}


def test_after_login_exactly_this_is_offered(mail_server: MailServer) -> None:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        client.ok("CAPABILITY")
        words = client.other[0].decode().split()[2:]
    values = {word for word in words if word.startswith(("APPENDLIMIT=", "MESSAGELIMIT="))}
    assert set(words) - values == OFFERED
    assert set(words) >= PHASE_1, "P-01"
    assert len(words) == len(set(words))


def test_the_submission_service_is_offered_what_it_may_use(mail_server: MailServer) -> None:
    service = mail_server.add_account("submit", role="submit")
    with closing(Wire.tls(mail_server)) as wire:
        wire.send(f"a LOGIN {service} {PASSWORD}".encode())
        reply = wire.until(b"a")[-1]
        wire.send(b"b CAPABILITY")
        (line, _) = wire.until(b"b")
    words = line.split()[2:]
    assert words == b"IMAP4rev1 LITERAL+ ID URL-PARTIAL URLAUTH URLAUTH=BINARY".split()
    assert b" ".join(words) in reply


def test_the_list_of_extensions_names_every_file() -> None:
    folder = Path(ext.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(ext.NAMES) == files | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_every_capability_cites_its_source_and_has_a_state() -> None:
    """An RFC, a draft, or a document of our own."""
    for name, row in CAPABILITIES.items():
        assert row.name == name
        own = re.fullmatch(r"\[.+\]\((.+\.md)\)", row.draft)
        if own:
            assert name.startswith(b"X-") and (DOCS / own[1]).is_file(), name
        else:
            assert row.draft.startswith("draft-") if row.draft else 1000 < row.rfc < 10_000, name
        assert row.when & states.ANY, name


def test_every_handler_says_what_it_means() -> None:
    silent = [row.name for row in COMMANDS.values() if not row.handler.__doc__]
    assert silent == []


def test_number_forms_hold_expunge_back() -> None:
    """B-01: exactly the forms that are given message numbers or return them."""
    held = {name for name, row in COMMANDS.items() if not row.expunge}
    assert {b"FETCH", b"STORE", b"SEARCH"} <= held
    assert not any(name.startswith(b"UID ") for name in held)
