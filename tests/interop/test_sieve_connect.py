"""sieve-connect keeps a user's scripts: it uploads, activates, lists, downloads and removes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(
        shutil.which("sieve-connect") is None, reason="sieve-connect is not installed"
    ),
]

SCRIPT = 'require ["fileinto"];\r\nif header :contains "subject" "tea" { fileinto "Archive"; }\r\n'


def connect(owner: Owner, folder: Path, *options: str) -> tuple[int, str]:
    """Exit status and what was said."""
    done = subprocess.run(
        [
            "sieve-connect", "--server", "localhost", "--port", str(owner.server.ports["sieve"]),
            "--user", owner.email, "--passwordfd", "0", "--nosslverify", "--4", *options,
        ],
        check=False,
        capture_output=True,
        input=f"{PASSWORD}\n",
        text=True,
        timeout=60,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_script_goes_there_and_back(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "tea.sieve").write_bytes(SCRIPT.encode())
    status, said = connect(owner, tmp_path, "--localsieve", "tea.sieve", "--upload")
    assert status == 0, said
    status, said = connect(owner, tmp_path, "--remotesieve", "tea.sieve", "--activate")
    assert status == 0, said
    status, said = connect(owner, tmp_path, "--list")
    assert status == 0 and "tea.sieve" in said and "ACTIVE" in said, said
    status, said = connect(
        owner, tmp_path, "--remotesieve", "tea.sieve", "--localsieve", "back", "--download"
    )
    assert status == 0, said
    assert (tmp_path / "back").read_bytes().split() == SCRIPT.encode().split()
    status, said = connect(owner, tmp_path, "--deactivate")
    assert status == 0, said
    status, said = connect(owner, tmp_path, "--remotesieve", "tea.sieve", "--delete")
    assert status == 0, said


def test_a_mistake_is_told_with_its_place(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "bad.sieve").write_text("keep;\n  kepp;\n")
    status, said = connect(owner, tmp_path, "--localsieve", "bad.sieve", "--upload")
    assert status != 0 and "line 2, column 3" in said, said
