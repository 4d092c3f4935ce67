"""Somebody signs in, as people do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mailserver import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page


def sign_in_at(page: Page, url: str, name: str = "alice") -> None:
    """The page shows the inbox then. ``url``: of the web face, without a path."""
    page.goto(f"{url}/")
    page.get_by_label("E-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/mail/INBOX/")
