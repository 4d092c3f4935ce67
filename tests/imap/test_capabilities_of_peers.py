"""What other servers say in CAPABILITY this one says, too, but for what is refused with a reason.

The lists are what the peers announce before and after login: Dovecot 2.3.19, Dovecot 2.4.3 and
Cyrus 3.6.1 as they were asked, mox and Stalwart as their public source has them.
"""

from __future__ import annotations

from contextlib import closing

import pytest

from conformance.refusals import REFUSED
from tests.mailserver import PASSWORD, MailServer

from .inside import Wire

PEERS = {
    "Dovecot 2.3.19": """
        IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES
        THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN
        NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN
        CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE
        SAVEDATE LITERAL+ NOTIFY URLAUTH URLAUTH=BINARY METADATA SPECIAL-USE COMPRESS=DEFLATE
        STARTTLS AUTH=PLAIN AUTH=LOGIN
    """,
    "Dovecot 2.4.3": """
        IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES
        THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN
        NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN
        CONTEXT=SEARCH LIST-STATUS BINARY MOVE REPLACE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW
        SPECIAL-USE STATUS=SIZE SAVEDATE COMPRESS=DEFLATE INPROGRESS NOTIFY METADATA LITERAL+
    """,
    "Cyrus 3.6.1": """
        IMAP4rev1 LITERAL+ ID ENABLE ACL ANNOTATE-EXPERIMENT-1 BINARY CATENATE CHILDREN CONDSTORE
        CREATE-SPECIAL-USE ESEARCH ESORT LIST-EXTENDED LIST-MYRIGHTS LIST-STATUS MAILBOX-REFERRALS
        METADATA MOVE MULTIAPPEND NAMESPACE OBJECTID PREVIEW QRESYNC QUOTA RIGHTS=kxten SAVEDATE
        SEARCH=FUZZY SORT SORT=DISPLAY SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT
        THREAD=REFERENCES UIDPLUS UNSELECT URLAUTH URLAUTH=BINARY WITHIN DIGEST=SHA1 LIST-METADATA
        NO_ATOMIC_RENAME SCAN SORT=MODSEQ SORT=UID THREAD=REFS X-CREATEDMODSEQ X-REPLICATION
        X-SIEVE-MAILBOX XLIST XMOVE LOGINDISABLED COMPRESS=DEFLATE X-QUOTA=STORAGE X-QUOTA=MESSAGE
        X-QUOTA=X-ANNOTATION-STORAGE X-QUOTA=X-NUM-FOLDERS IDLE APPENDLIMIT=100000000
        AUTH=PLAIN AUTH=LOGIN SASL-IR
    """,
    "mox": """
        IMAP4rev2 IMAP4rev1 ENABLE LITERAL+ IDLE SASL-IR BINARY UNSELECT UIDPLUS ESEARCH SEARCHRES
        MOVE UTF8=ACCEPT LIST-EXTENDED SPECIAL-USE CREATE-SPECIAL-USE LIST-STATUS
        AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-1
        AUTH=CRAM-MD5 ID APPENDLIMIT=9223372036854775807 CONDSTORE QRESYNC STATUS=SIZE QUOTA
        QUOTA=RES-STORAGE METADATA SAVEDATE WITHIN NAMESPACE LIST-METADATA MULTIAPPEND REPLACE
        PREVIEW INPROGRESS MULTISEARCH STARTTLS LOGINDISABLED AUTH=PLAIN
    """,
    "Stalwart": """
        IMAP4rev2 IMAP4rev1 ENABLE SASL-IR LITERAL+ ID UTF8=ACCEPT JMAPACCESS IDLE NAMESPACE
        CHILDREN MULTIAPPEND BINARY UNSELECT ACL UIDPLUS ESEARCH WITHIN SEARCHRES SORT
        THREAD=REFERENCES LIST-EXTENDED LIST-STATUS ESORT SORT=DISPLAY SPECIAL-USE
        CREATE-SPECIAL-USE MOVE CONDSTORE QRESYNC UNAUTHENTICATE STATUS=SIZE OBJECTID+ PREVIEW
        RIGHTS=texk QUOTA QUOTA=RES-STORAGE UIDONLY UIDBATCHES MESSAGELIMIT=1000 SAVELIMIT=1000
        AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2 STARTTLS
    """,
}
BY_SETTING = {"AUTH=LOGIN", "AUTH=PLAIN", "LOGINDISABLED", "MESSAGELIMIT"}
"""Words that are said where a setting or the connection asks for them."""

NUMBERED = ("APPENDLIMIT", "MESSAGELIMIT", "SAVELIMIT", "X-QUOTA")


def plain(word: str) -> str:
    """The word without what each server fills in."""
    name = word.partition("=")[0]
    return name if name in NUMBERED else word


@pytest.fixture(scope="module")
def said(mail_server: MailServer) -> set[str]:
    """All words that this server says: in the clear, under TLS, and after login."""
    words: set[str] = set()
    with closing(Wire(mail_server.ports["imap"])) as wire:
        wire.send(b"a CAPABILITY")
        words.update(wire.until(b"a")[0].decode().split()[2:])
    with closing(Wire.tls(mail_server)) as wire:
        wire.send(b"a CAPABILITY")
        words.update(wire.until(b"a")[0].decode().split()[2:])
        wire.send(f"b LOGIN {mail_server.add_account()} {PASSWORD}".encode())
        wire.until(b"b")
        wire.send(b"c CAPABILITY")
        words.update(wire.until(b"c")[0].decode().split()[2:])
    return {plain(word) for word in words}


@pytest.mark.parametrize("peer", PEERS)
def test_what_a_peer_offers_is_offered_or_refused_with_a_reason(said: set[str], peer: str) -> None:
    refused = {word for word, _, _ in REFUSED}
    rights = next(word for word in said if word.startswith("RIGHTS="))
    missing = {plain(word) for word in PEERS[peer].split()} - said - refused - BY_SETTING
    missing = {
        word for word in missing if not (word.startswith("RIGHTS=") and set(word) <= set(rights))
    }
    assert missing == set()
