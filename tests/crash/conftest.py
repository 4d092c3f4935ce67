"""One family of processes for all these tests, whatever was killed in it before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.delivery.sink import running
from tests.nameserver import NameServer

from .family import System
from .moods import MoodyHost


@pytest.fixture(scope="package")
def host() -> Iterator[MoodyHost]:
    with running(MoodyHost()) as sink:
        assert isinstance(sink, MoodyHost)
        yield sink


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory, host: MoodyHost) -> Iterator[System]:
    """What a killed process leaves behind must not matter to the next test."""
    with NameServer() as dns:
        started = System(
            tmp_path_factory.mktemp("crash"),
            RELAY_URL=f"smtp://127.0.0.1:{host.port}",
            MAIL_WORKERS="2",
            DNS=dns.address,
        )
        started.start()
        yield started
        assert started.stop_server() == 0
        started.stop()


@pytest.fixture
def sink(host: MoodyHost) -> MoodyHost:
    """The host that mail is relayed to, in a good mood, with nothing taken yet."""
    host.calm_down()
    host.taken.clear()
    host.lines.clear()
    return host
