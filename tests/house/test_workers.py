"""Tests that run at the same time have nothing in common."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tests.settings import FOLDER


def test_a_worker_has_a_data_folder_of_its_own() -> None:
    """It inherits the environment of who started it, which names another folder."""
    assert Path(FOLDER.name) == settings.LEMONADE.data
