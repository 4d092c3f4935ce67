"""The broker made of folders."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from queue import Empty

import pytest
from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import ChannelError
from kombu.transport.filesystem import Channel

from lemonade_server.project import broker


def connect(folder: Path) -> Connection:
    folders = {
        "data_folder_in": folder / "messages",
        "data_folder_out": folder / "messages",
        "control_folder": str(folder / "control"),
        "polling_interval": 0.01,
    }
    (folder / "messages").mkdir(exist_ok=True)
    transport = "lemonade_server.project.broker:Transport"
    return Connection(transport=transport, transport_options=folders)


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    channel = connect(tmp_path).channel()
    assert isinstance(channel, Channel)
    return channel


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


QUEUE = Queue("celery", Exchange("celery", type="direct"), routing_key="celery")


def send(connection: Connection, word: str) -> None:
    connection.Producer().publish(
        {"say": word}, exchange="celery", routing_key="celery", declare=[QUEUE]
    )


def hear(connection: Connection) -> str:
    with connection.SimpleQueue(QUEUE) as queue:  # type: ignore[arg-type]
        message = queue.get(timeout=60)
        message.ack()
        return str(message.payload["say"])


BROKEN = (b"", b'[["celery", "", "cel', b"\0" * 40, b"null", b"[[1]]", b"\xff\xfe")


@pytest.mark.parametrize("left", BROKEN)
def test_a_broken_table_is_made_anew_at_a_start(tmp_path: Path, left: bytes) -> None:
    table = tmp_path / "control" / "celery.exchange"
    table.parent.mkdir()
    table.write_bytes(left)
    send(connect(tmp_path), "swept")
    assert hear(connect(tmp_path)) == "swept"


@pytest.mark.parametrize("left", [*BROKEN, None])
def test_a_table_that_breaks_meanwhile_loses_no_message(tmp_path: Path, left: bytes | None) -> None:
    connection = connect(tmp_path)
    send(connection, "first")
    table = tmp_path / "control" / "celery.exchange"
    if left is None:
        table.unlink()
    else:
        table.write_bytes(left)
    send(connection, "second")
    worker = connect(tmp_path)
    assert [hear(worker), hear(worker)] == ["first", "second"]


def test_a_table_is_written_aside_and_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads it meanwhile finds the one before; the disk has it before it has its name."""
    synced: list[str] = []
    sync, rename = os.fsync, Path.replace

    def watched(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        assert synced == [str(path)]
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(Path, "replace", replace)
    send(connect(tmp_path), "once")
    assert synced[1:] == [str(tmp_path / "control")]


def test_messages_come_in_order_when_the_clock_gains_a_digit(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in (9.0, 99.0, 1000.0, 100_000.0):
        monkeypatch.setattr(broker, "monotonic", lambda second=second: second)
        channel._put("celery", {"body": second})
    assert [channel._get("celery")["body"] for _ in range(4)] == [9.0, 99.0, 1000.0, 100_000.0]


@pytest.mark.parametrize("left", [b"", b'{"body": "c3dl', b"\0" * 9])
def test_a_message_that_cannot_be_read_is_dropped(channel: Channel, left: bytes) -> None:
    Path(channel.data_folder_in, f"{0:013}_a.celery.msg").write_bytes(left)
    channel._put("celery", {"body": "sweep"})
    assert channel._get("celery") == {"body": "sweep"}
    assert os.listdir(channel.data_folder_in) == []


def test_a_failed_write_leaves_nothing(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ChannelError):
        channel._put("celery", {"body": "sweep"})
    assert os.listdir(channel.data_folder_in) == []


def test_what_the_dead_left_behind_is_swept(tmp_path: Path) -> None:
    for name in ("1.celery.msg.new", "2.celery.msg.7.taken", "3.celery.msg"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / "4.celery.msg.new").touch()
    broker.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["3.celery.msg", "4.celery.msg.new"]


def test_what_expired_is_dropped_by_who_sends(tmp_path: Path) -> None:
    """No worker runs: the scheduler's messages don't pile up."""
    app = Celery("test", set_as_current=False)
    with connect(tmp_path) as connection:
        for expires in (-5.0, 3600.0, None):
            app.send_task("x", expires=expires, connection=connection, ignore_result=True)
        folder = tmp_path / "messages"
        assert len(list(folder.glob("*.msg"))) == 3
        broker.drop_expired(folder)
        assert len(list(folder.glob("*.msg"))) == 2
        app.send_task("x", expires=-5.0, connection=connection, ignore_result=True)
        channel = connection.channel()
        assert isinstance(channel, Channel)
        channel._put("celery", {"body": "another channel looks at once"})
        assert len(list(folder.glob("*.msg"))) == 3
