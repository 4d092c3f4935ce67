"""What tests share. Nothing here touches the default data folder or the default ports."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from .mailserver import MailServer

_FOLDER = tempfile.TemporaryDirectory(prefix="lemonade-tests-")
DATA = Path(_FOLDER.name)
settings.LEMONADE = dataclasses.replace(settings.LEMONADE, data=DATA)
settings.STATIC_ROOT = DATA / "static"
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    settings.DATABASES["default"]["NAME"] = DATA / "lemonade.sqlite3"
    settings.DATABASES["default"]["TEST"]["NAME"] = str(DATA / "test.sqlite3")


def pytest_unconfigure() -> None:
    """Remove what the tests have written."""
    _FOLDER.cleanup()


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """One real server for all tests that only need to talk to it."""
    server = MailServer(tmp_path_factory.mktemp("mail"))
    server.start()
    yield server
    wrong = server.call("check", True)
    server.stop()
    assert wrong == []
    assert "Traceback" not in server.log(), server.log()
