"""The browser of the tests: a Chromium without windows.

What is made to have none (``chromium-headless-shell``, the same engine) spends a third of the
processor time of one that hides them; that one is taken where no other is installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 60_000.0
"""Milliseconds for which a test waits for what a page is to show; it costs nothing where all is
well, and a machine that does much else at the time is slow and not wrong."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The test is skipped where none is installed.

    As long as it runs Playwright keeps an event loop in this thread: no other test can run one.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
