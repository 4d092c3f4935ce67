"""What lies in the data folder is for one user."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.project.data_folder import own_folder, tighten
from lemonade_server.project.environment import SettingError
from tests import processes


def open_to_others(folder: Path) -> list[Path]:
    """What others may read, write or enter."""
    everything = [folder, *folder.rglob("*")]
    return [path for path in everything if path.lstat().st_mode & 0o077 and not path.is_symlink()]


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A data folder as it was made under umask 022."""
    folder = tmp_path / "var"
    for name in ("blobs/ab/cd", "tls/x.pem", "broker/messages/1.msg", "static/a.css", "run/x.sock"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    for name in ("lemonade.sqlite3", "lemonade.sqlite3-wal", "lemonade.sqlite3-shm", "secret-key"):
        (folder / name).write_bytes(b"x")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def test_what_was_open_is_closed(used: Path) -> None:
    own_folder(used)
    assert stat.S_IMODE(used.stat().st_mode) == 0o700, "at once, before anything is read"
    assert tighten(used) > 0
    assert open_to_others(used) == []
    assert stat.S_IMODE((used / "blobs" / "ab" / "cd").stat().st_mode) == 0o600
    assert tighten(used) == 0


def test_a_database_elsewhere_is_closed_with_what_is_beside_it(used: Path) -> None:
    elsewhere = used.parent / "mail.sqlite3"
    for end in ("", "-wal"):
        Path(f"{elsewhere}{end}").write_bytes(b"x")
        Path(f"{elsewhere}{end}").chmod(0o644)
    tighten(used, elsewhere)
    assert [stat.S_IMODE(path.stat().st_mode) for path in used.parent.glob("mail*")] == [0o600] * 2


def test_links_lead_to_nothing_that_is_changed(used: Path) -> None:
    foreign = used.parent / "foreign"
    foreign.mkdir()
    (foreign / "file").write_bytes(b"x")
    for path in (foreign, foreign / "file"):
        path.chmod(0o755)
    (used / "run" / "link").symlink_to(foreign / "file")
    (used / "link").symlink_to(foreign)
    tighten(used)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (foreign, foreign / "file")} == {0o755}


def test_who_may_not_close_it_is_refused(used: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    with pytest.raises(SettingError, match=r"open to other users \(mode 755\).*chmod -R go="):
        own_folder(used)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingError, match=r"LEMONADE_DATA: the folder .*file can't be used"):
        own_folder(tmp_path / "file")


@pytest.fixture
def open_mask() -> Iterator[None]:
    """New files may be read by others, unless who makes them says otherwise."""
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.mark.usefixtures("open_mask")
def test_commands_leave_nothing_that_others_may_read(used: Path, tmp_path: Path) -> None:
    (used / "lemonade.sqlite3").unlink()
    for end in ("-wal", "-shm"):
        (used / f"lemonade.sqlite3{end}").unlink()
    (used / "secret-key").write_text("k" * 50)
    env = {k: v for k, v in os.environ.items() if not k.startswith("LEMONADE_")}
    env |= {
        "LEMONADE_DATA": str(used),
        "DJANGO_SETTINGS_MODULE": "lemonade_server.project.settings",
    }

    def manage(*words: str, stdin: str = "") -> None:
        done = processes.run(["manage.py", *words], env, stdin)
        assert done.returncode == 0, done.stderr

    manage("account", "add", "alice@lemonade.test", "--password-stdin", stdin="a long phrase\n")
    assert open_to_others(used) == []
    message = tmp_path / "one.eml"
    message.write_bytes(b"From: a@example.org\r\nSubject: x\r\n\r\nHello\r\n")
    manage("importmail", "alice@lemonade.test", str(message))
    for form in ("mbox", "maildir", "eml"):
        manage("exportmail", "alice@lemonade.test", str(tmp_path / form), "--format", form)
        assert open_to_others(tmp_path / form) == []
