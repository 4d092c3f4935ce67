"""Writing beside the mail in a real Chromium: windows that open in place, and what they become."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .system import System
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
WRITER = ".writer:not([hidden])"


def windows(page: Page) -> list[str]:
    """The subjects of all that is open."""
    found: list[str] = page.locator(f"{WRITER} [name=subject]").evaluate_all(
        "all => all.map(one => one.value)"
    )
    return found


def test_writing_beside_the_mail(system: System, sign_in: SignIn) -> None:
    """Docked, several, folded, full, in the conversation; closed, kept, reloaded; by keys alone."""
    word = secrets.token_hex(4)
    page = sign_in("alice", viewport={"width": 1440, "height": 900})
    page.wait_for_load_state("networkidle")
    address = page.url
    came: list[Response] = []  # but for what is saved meanwhile
    page.on("response", lambda one: came.append(one) if "/autosave/" not in one.url else None)
    page.keyboard.press("c")
    to = page.locator(f"{WRITER} .entry").first
    expect(to).to_be_focused()
    expect(page.locator(f"{WRITER} [contenteditable=true]")).to_be_visible()
    assert len(came) <= 3, [one.url for one in came]  # the form, its scripts, the editor
    assert page.url == address
    page.locator(f"{WRITER} [name=subject]").fill(f"First {word}")

    # A second one beside it: 3 kB and one request at most, as the script is here.
    came.clear()
    page.get_by_role("link", name="Write").click()
    expect(page.locator(WRITER)).to_have_count(2)
    assert len(came) == 1
    assert int(came[0].headers["content-length"]) <= 3000
    page.locator(f"{WRITER} [name=subject]").last.fill(f"Second {word}")
    assert sorted(windows(page)) == [f"First {word}", f"Second {word}"]
    ids = page.locator("[id]:not(template)").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))

    # Keys of the list are letters here; a fold is a line that opens again.
    page.keyboard.type("e#j")
    assert f"Second {word}e#j" in windows(page)
    first = page.locator(WRITER).first
    first.get_by_role("button", name="Minimise").click()
    expect(first.locator(".entry").first).to_be_hidden()
    first.get_by_role("button", name="Minimise").click()
    expect(first.locator(".entry").first).to_be_visible()
    first.get_by_role("button", name="Full size").click()
    until(lambda: (first.bounding_box() or {"width": 0})["width"] > 900, "it is wide")
    first.get_by_role("button", name="Full size").click()

    # Closing keeps it, and says so; a reload shows what was open, and only that.
    second = page.locator(WRITER).last
    second.locator("[name=subject]").press("Escape")
    expect(page.locator(".toast")).to_contain_text("Draft saved.")
    expect(page.locator(WRITER)).to_have_count(1)
    page.locator(WRITER).get_by_label("Text").fill("Some words")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(WRITER).get_by_label("Text")).to_have_text("Some words")
    assert windows(page) == [f"First {word}"]
    page.locator(WRITER).get_by_role("button", name="Throw away").click()
    expect(page.locator(WRITER)).to_have_count(0)

    # The draft of the other one, where one looks for it.
    page.goto(f"{system.url}/mail/Drafts/?q={word}")
    page.locator("#rows .open").first.click()
    page.get_by_role("link", name="Edit draft").click()
    expect(page.locator(f"{WRITER} [name=subject]")).to_have_value(f"Second {word}e#j")
    page.locator(WRITER).get_by_role("button", name="Throw away").click()
    expect(page.locator(WRITER)).to_have_count(0)
