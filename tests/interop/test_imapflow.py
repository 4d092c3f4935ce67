"""imapflow, the IMAP client of Node: UTF-8 names, OBJECTID, CONDSTORE, MOVE."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD
from tests.processes import ROOT

from .conftest import Owner

SCRIPT = Path(__file__).with_name("imapflow.js")
NODE = shutil.which("node")


pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(
        NODE is None or not (ROOT / "node_modules" / "imapflow").exists(),
        reason="imapflow is not installed",
    ),
]


def test_it_walks_through_a_mailbox(owner: Owner) -> None:
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(SCRIPT), str(owner.server.ports["imap"]), owner.email, PASSWORD],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    saw = json.loads(done.stdout)
    assert saw["secure"], "it found STARTTLS"
    assert {"CONDSTORE", "UTF8=ACCEPT"} <= set(saw["enabled"])
    assert saw["made"] == ["Größe", "string"]
    names = {name: (use, messages) for name, use, _, messages in saw["listed"]}
    assert names["Größe"] == ("", 0) and names["Sent"] == ("\\Sent", 0)
    assert saw["opened"] == ["Größe", 2, "bigint", True]
    first, second = saw["fetched"]
    assert first[:3] == [1, "Grüße", ["\\Seen"]] and second[:2] == [2, "Re: hi"]
    assert first[4] != second[4] and first[5] == second[5], "two messages of one thread"
    assert saw["found"] == [1]
    assert saw["flags"] == ["$Forwarded", "\\Flagged"]
    assert saw["moved"] == [[1, 1]] and saw["left"] == 1
    assert (saw["renamed"], saw["deleted"]) == ("Maß", "Maß")
