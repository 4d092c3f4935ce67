"""The web face without built static files."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks there
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
