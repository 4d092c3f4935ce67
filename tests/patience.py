"""A test waits for what it expects; only where there is nothing to see does it let time pass."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def let_pass(seconds: float) -> None:
    """Where the subject is time itself: a lease runs out, or nothing may happen for a while."""
    time.sleep(seconds)


async def let_pass_here(seconds: float) -> None:
    """The same on an event loop."""
    await asyncio.sleep(seconds)


def let_pass_in(page: Page, seconds: float) -> None:
    """The same while a browser goes on."""
    page.wait_for_timeout(seconds * 1000)
