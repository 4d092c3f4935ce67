"""Random kills of tab, processes and link while somebody types: what stood for 10 s is not lost.

``LEMONADE_DRAFT_KILLS=300`` kills that often, instead of a few times.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, expect

from tests.patience import let_pass_in

from .signing_in import sign_in_at
from .system import System
from .test_never_lost import ROWS, open_form, window, words
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

__all__ = ["window"]
pytestmark = pytest.mark.browser
KILLS = int(os.environ.get("LEMONADE_DRAFT_KILLS", "4"))
SEED = int(os.environ.get("LEMONADE_DRAFT_SEED", "8508"))
SUBJECT = "Killed"


@pytest.fixture
def own_system(tmp_path: Path) -> Iterator[System]:
    """One that may be killed: nobody else uses it."""
    system = System(tmp_path, MAIL_WORKERS="1")
    system.start()
    yield system
    assert system.stop() == 0


@pytest.mark.timeout(300 + 15 * KILLS)
def test_random_kills_lose_nothing(own_system: System, window: BrowserContext) -> None:
    chance = random.Random(SEED)
    page = window.new_page()
    sign_in_at(page, own_system.url)
    open_form(page, own_system, SUBJECT, "Begin")
    typed = "Begin"
    for turn in range(KILLS):
        typed += f" word{turn}"
        text = page.get_by_label("Text", exact=True)
        text.press("Control+End")
        text.press_sequentially(f" word{turn}", delay=5)
        page = kill_something(chance, own_system, window, page, typed)
        expect(page.get_by_label("Text", exact=True)).to_have_text(typed)
        if turn % 20 == 19:
            wait_until_saved(own_system, page, typed)
    wait_until_saved(own_system, page, typed)
    assert words(own_system, SUBJECT) == [typed]


def kill_something(
    chance: random.Random, system: System, window: BrowserContext, page: Page, typed: str
) -> Page:
    """End the tab, a process or the link at a bad moment; the page to go on with."""
    let_pass_in(page, chance.uniform(0, 3))
    victim = chance.choice(["tab", "process", "process", "link"])
    if victim == "process":
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(system.children()), signal.SIGKILL)
    elif victim == "link":
        window.set_offline(True)
        let_pass_in(page, chance.uniform(0, 3))
        window.set_offline(False)
    else:
        until(lambda: is_kept(system, page, typed), "what stood for a moment is kept")
        page = crash_tab(system, window, page)
    return page


def is_kept(system: System, page: Page, typed: str) -> bool:
    """Whether the browser has it, or the server already."""
    last = typed.split()[-1]
    return any(last in row for row in page.evaluate(ROWS)) or words_if_any(system) == [typed]


def crash_tab(system: System, window: BrowserContext, page: Page) -> Page:
    """The tab dies without a word; the same address is opened in another one."""
    address = page.url
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=2_000)
    page.close()
    page = window.new_page()
    until(lambda: system.health()[0] == 200, "the system is there", 60)
    page.goto(address)
    return page


def wait_until_saved(system: System, page: Page, typed: str) -> None:
    """A while after all is well again everything is in the draft: ten seconds, where nothing else
    is done on this machine.
    """
    until(lambda: system.health()[0] == 200, "the system is there", 60)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: words_if_any(system) == [typed], "the draft has all")


def words_if_any(system: System) -> list[str]:
    """The texts of the draft; none while the mail server, just killed, does not answer yet."""
    with contextlib.suppress(OSError):
        return words(system, SUBJECT)
    return []
