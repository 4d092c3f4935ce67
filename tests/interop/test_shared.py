"""Somebody else's mailbox in real clients: listed, read, written, and left alone without rights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD

from .conftest import Owner
from .test_mbsync import Mbsync
from .test_neomutt import config, press

__all__ = ["config"]

pytestmark = pytest.mark.client
needs_mbsync = pytest.mark.skipif(shutil.which("mbsync") is None, reason="mbsync is missing")
needs_neomutt = pytest.mark.skipif(shutil.which("neomutt") is None, reason="neomutt is missing")


@pytest.fixture
def lender(owner: Owner) -> Iterator[Owner]:
    """Somebody who lets the owner of the client use a mailbox, Plans."""
    email = owner.server.add_account("lender")
    with closing(Imap("127.0.0.1", owner.server.ports["imap"])) as imap:
        imap.login(email, PASSWORD)
        imap.command(b"CREATE Plans")
        imap.command(f"SETACL Plans {owner.email} lrswite".encode())
        other = Owner(owner.server, email, imap)
        other.append("Plans", "one")
        yield other


def seen_as(lender: Owner, mailbox: str) -> str:
    return f"Other Users/{lender.email.partition('@')[0]}/{mailbox}"


@needs_mbsync
def test_mbsync_keeps_a_shared_mailbox_equal_both_ways(
    owner: Owner, lender: Owner, tmp_path: Path
) -> None:
    maildir = Mbsync(owner, tmp_path, "IMAPS")
    maildir.sync()
    plans = seen_as(lender, "Plans")
    assert maildir.files(plans).keys() == {"one"}
    maildir.mark("one", "FS", plans)
    lender.append("Plans", "two")
    maildir.sync()
    assert lender.mail("Plans") == {"one": {"\\Seen", "\\Flagged"}, "two": set()}
    assert maildir.files(plans).keys() == {"one", "two"}
    assert not (maildir.root / seen_as(lender, "INBOX")).exists(), "what is not shared"


@needs_neomutt
def test_neomutt_reads_and_files_into_a_shared_mailbox(
    owner: Owner, lender: Owner, config: Path
) -> None:
    owner.append("INBOX", "mine")
    plans = seen_as(lender, "Plans").replace(" ", "<quote-char> ")  # a blank completes names
    press(
        config,
        f"<first-entry><save-message>={plans}<enter><sync-mailbox>"
        f"<change-folder>={plans}<enter><first-entry><flag-message><sync-mailbox>",
    )
    assert owner.mail() == {}
    assert lender.mail("Plans").keys() == {"one", "mine"}
    assert "\\Flagged" in lender.mail("Plans")["one"]
