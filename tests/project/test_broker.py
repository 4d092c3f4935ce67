"""The broker made of folders."""

from __future__ import annotations

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.transport.filesystem import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    folders = {"data_folder_in": tmp_path, "data_folder_out": tmp_path}
    transport = "lemonade_server.project.broker:Transport"
    connection = Connection(transport=transport, transport_options=folders)
    return connection.channel()


def test_a_message_is_seen_when_it_is_whole(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes
    looks = []

    def write_slowly(path: Path, data: bytes) -> int:
        write(path, b"")
        with pytest.raises(Empty):
            channel._get("celery")
        looks.append(path)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_slowly)
    channel._put("celery", {"body": "sweep"})
    assert len(looks) == 1
    assert channel._get("celery") == {"body": "sweep"}
    with pytest.raises(Empty):
        channel._get("celery")
