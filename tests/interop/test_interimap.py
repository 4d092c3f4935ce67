"""interimap keeps two servers equal by QRESYNC: Debian's Dovecot and ours, in both directions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD
from tests.webmail import dovecot

from .conftest import Owner
from .maildir import run

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("interimap") is None, reason="interimap is not installed"),
    pytest.mark.skipif(not dovecot.installed(), reason="needs Debian's dovecot-imapd, as root"),
]

CONFIG = """
database = {home}/state.db
list-mailbox = INBOX Archive Plans

[local]
type = imap
host = 127.0.0.1
port = {dovecot}
STARTTLS = NO
username = far
password = lemon

[remote]
type = imaps
host = localhost
port = {port}
username = {email}
password = {password}
SSL_CAfile = {certificate}
"""


@pytest.fixture
def other(owner: Owner) -> Iterator[tuple[Owner, int]]:
    """The same view of an account on Dovecot, and its port."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)  # its mail processes are not root
        with dovecot.dovecot(root) as port, closing(Imap("127.0.0.1", port)) as imap:
            imap.login("far", "lemon")
            yield Owner(owner.server, "far", imap), port


def test_both_servers_stay_equal(owner: Owner, other: tuple[Owner, int], tmp_path: Path) -> None:
    far, port = other
    config = tmp_path / "interimap.conf"
    config.write_text(
        CONFIG.format(
            home=tmp_path,
            dovecot=port,
            port=owner.server.ports["imaps"],
            email=owner.email,
            password=PASSWORD,
            certificate=owner.server.data / "tls" / "localhost.pem",
        ),
        "ascii",
    )

    def sync() -> None:
        said = run("interimap", "--config", str(config), HOME=str(tmp_path))
        assert "WARNING" not in said, said
        for mailbox in ("INBOX", "Archive", "Plans"):
            assert owner.mail(mailbox) == far.mail(mailbox), said

    owner.append("INBOX", "one", "\\Seen $Label")
    owner.append("INBOX", "two", body="grüße " * 20_000)
    owner.append("INBOX", "three", "\\Flagged")
    owner.append("Archive", "old", "\\Answered")
    far.append("INBOX", "theirs", "\\Draft")
    far.imap.command(b"CREATE Plans")
    far.append("Plans", "plan")
    sync()
    assert owner.mail() == {
        "one": {"\\Seen", "$Label"},
        "two": set(),
        "three": {"\\Flagged"},
        "theirs": {"\\Draft"},
    }
    assert owner.mail("Archive") == {"old": {"\\Answered"}}
    assert owner.mail("Plans") == {"plan": set()}

    # Each side has changed since: interimap asks both by SELECT (QRESYNC …).
    owner.change("INBOX", "one", "UID STORE {uid} -FLAGS (\\Seen)")
    owner.change("INBOX", "three", "UID STORE {uid} +FLAGS (\\Deleted)", "UID EXPUNGE {uid}")
    owner.change("INBOX", "theirs", "UID MOVE {uid} Archive")
    far.change("INBOX", "two", "UID STORE {uid} +FLAGS (\\Seen \\Flagged)")
    far.change("Archive", "old", "UID STORE {uid} +FLAGS (\\Deleted)", "EXPUNGE")
    far.append("INBOX", "four")
    sync()
    assert owner.mail() == {"one": {"$Label"}, "two": {"\\Seen", "\\Flagged"}, "four": set()}
    assert owner.mail("Archive") == {"theirs": {"\\Draft"}}

    before = owner.modseq(), far.modseq()
    sync()
    assert (owner.modseq(), far.modseq()) == before, "there was nothing to do"
