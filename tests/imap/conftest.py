"""The servers that tests of several sessions talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from .pair import second_process


@pytest.fixture(scope="package")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """Two processes on one port: the kernel spreads the connections."""
    server = MailServer(tmp_path_factory.mktemp("pair"))
    server.start()
    with second_process(server):
        yield server
    server.stop()


@pytest.fixture(params=["one", "two"])
def served(request: pytest.FixtureRequest) -> MailServer:
    """A server of one process, then one of two."""
    name = "mail_server" if request.param == "one" else "pair"
    server: MailServer = request.getfixturevalue(name)
    return server
