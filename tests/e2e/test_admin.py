"""The admin in a real Chromium: under its Content-Security-Policy, at every width."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MODELS = (
    "account", "alias", "domain", "mailbox", "urlauthkey", "urlauthticket", "recipient",
    "submission", "dkimkey",
)  # fmt: skip
PAGES = ("", *(f"lemonade_server/{model}/" for model in MODELS), "lemonade_server/account/add/")
SignIn = Callable[..., "Page"]


def test_pages_fit_and_nothing_is_refused_by_the_policy(system: System, sign_in: SignIn) -> None:
    """The fixture fails the test for any message of the console."""
    page = sign_in("admin")
    for path in PAGES:
        page.goto(f"{system.url}/admin/{path}", wait_until="networkidle")
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_the_front_page_says_that_all_is_up(system: System, sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto(f"{system.url}/admin/")
    for name in ("web", "mail", "worker", "scheduler"):
        assert page.locator(".processes li", has_text=name).inner_text().split() == ["up", name]


def test_a_theme_is_chosen_and_kept(system: System, sign_in: SignIn) -> None:
    page = sign_in("admin", color_scheme="light")
    page.goto(f"{system.url}/admin/")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    toggle = page.locator(".theme-toggle").first
    for _ in range(3):
        toggle.click()
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    assert page.evaluate(paper) == dark


def test_what_is_dangerous_asks_first_and_can_be_left(system: System, sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto(f"{system.url}/admin/lemonade_server/account/?q=bob")
    page.get_by_role("link", name="bob@").click()
    page.get_by_role("link", name="Delete").click()
    assert "erased for good" in page.locator("#deleted-objects").inner_text()
    page.get_by_role("link", name="No, go back").click()
    page.locator("h2", has_text="bob@").wait_for()
