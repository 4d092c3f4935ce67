"""What tests share. Nothing here touches the default data folder or the default ports."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from .mailserver import MailServer
from .settings import FOLDER

# A busy machine is slow, not wrong.
# A check that runs by itself draws the same examples each time; at a desk they vary.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("patient")


def pytest_unconfigure() -> None:
    """Remove what the tests have written."""
    FOLDER.cleanup()


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """One real server for all tests that only need to talk to it."""
    server = MailServer(tmp_path_factory.mktemp("mail"))
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()
