"""The servers that tests of several sessions talk to, and what was replayed on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.mailserver import MailServer

from .histories import ASKED, Histories
from .pair import Face, Pair

REPLAYED: list[Histories] = []


@pytest.fixture(scope="package")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two processes on one port: the kernel spreads the connections."""
    server = Pair(tmp_path_factory.mktemp("pair"))
    server.start()
    yield server
    assert server.stop_server() == 0
    server.stop()
    assert "Traceback" not in server.log(), server.log()


@dataclass(frozen=True, slots=True)
class Served:
    """A server, and its processes one by one."""

    server: MailServer
    faces: tuple[Face, ...]


@pytest.fixture(params=["one", "two"])
def served(request: pytest.FixtureRequest) -> Served:
    """A server of one process, then one of two."""
    if request.param == "one":
        single: MailServer = request.getfixturevalue("mail_server")
        return Served(single, (single,))
    both: Pair = request.getfixturevalue("pair")
    return Served(both, both.faces())


@pytest.fixture
def histories(request: pytest.FixtureRequest) -> Iterator[Histories]:
    """How many the test shall replay, and how many it did."""
    counted = Histories(request.node.name)
    REPLAYED.append(counted)
    yield counted
    counted.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was replayed where a number was asked for."""
    if ASKED:
        for each in REPLAYED:
            terminalreporter.write_line(str(each))
