"""What a start makes once: whole, private, and made anew where a power cut has left it broken."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lemonade_server.files.creation import find_or_make
from lemonade_server.net.certificate import Certificate
from lemonade_server.net.tls import self_signed
from lemonade_server.project.secret import secret_key


@pytest.mark.parametrize("left", [b"", b"\0" * 64, b"\xff" * 64, b"\n"])
def test_a_broken_key_is_made_anew(tmp_path: Path, left: bytes) -> None:
    (tmp_path / "secret-key").write_bytes(left)
    key = secret_key(tmp_path)
    assert len(key) == 64
    assert secret_key(tmp_path) == key
    assert os.listdir(tmp_path) == ["secret-key"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_key_of_an_operator_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("short but meant\n", encoding="ascii")
    assert secret_key(tmp_path).strip() == "short but meant"


@pytest.mark.parametrize("keep", [0, 100, -100])
def test_a_broken_certificate_is_made_anew(tmp_path: Path, keep: int) -> None:
    path = self_signed(tmp_path, "mail.example.com")
    whole = path.read_bytes()
    for left in (whole[:keep], b"\0" * len(whole)):
        path.write_bytes(left)
        assert self_signed(tmp_path, "mail.example.com") == path
        Certificate(path, path)


def test_it_is_synced_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    sync = os.fsync
    path = tmp_path / "made" / "once"

    def watched(descriptor: int) -> None:
        synced.append(path.exists())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    find_or_make(path, lambda: b"octets")
    assert synced == [False, True], "the file, then the folder that names it"


def test_all_who_find_it_broken_agree_on_one(tmp_path: Path) -> None:
    path = tmp_path / "once"
    path.touch()
    numbers = iter(range(100))
    with ThreadPoolExecutor(8) as pool:
        paths = pool.map(lambda _: find_or_make(path, lambda: b"%d" % next(numbers)), range(8))
        assert {one.read_bytes() for one in paths} == {b"0"}
