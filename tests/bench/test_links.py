"""The link of the bench is as slow as it says, and the jobs do what they are named for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bench import links
from bench.far_server import Cost
from bench.slow_link import Link, SlowLink


@pytest.fixture
def echo() -> Iterator[int]:
    """A port that gives back what it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                while data := peer.recv(65_536):
                    peer.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("haste", [1.0, 4.0])
def test_a_link_has_its_round_trip_and_its_rate(echo: int, haste: float) -> None:
    link = Link("slow", round_trip=0.2, rate=400_000, haste=haste)
    with SlowLink(link, "127.0.0.1", [echo]) as slow:
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", slow.ports[echo])) as client:
            client.sendall(b"x" * 20_000)
            left = 20_000
            while left:
                left -= len(client.recv(65_536))
        spent = (time.monotonic() - begun) * haste
        assert (slow.up.octets, slow.down.octets) == (20_000, 20_000)
    # Two round trips, and 0.4 s for the octets; those that come back follow close behind.
    assert spent >= 0.2 + 0.2 + 0.4


def test_what_was_played_faster_is_said() -> None:
    slow, quick = Cost(10, 2_000, 4_000.0, 250.0), Cost(10, 2_000, 42.4, 1.0)
    lines = links.table([("forward", "download and upload", [slow, quick])]).splitlines()
    assert lines[2] == "| forward | download and upload | 10 | 2,000 | 67 min* | 42 s |"
    assert lines[-1] == "\\* played 250 times as fast, and multiplied"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.64, "0.6 s"), (31.2, "31 s"), (240, "4 min"), (7_300, "2.0 h")]
)
def test_durations_as_people_say_them(seconds: float, words: str) -> None:
    assert links.duration(seconds) == words
