"""Writing in a real Chromium: nothing is lost and nothing goes out twice, whatever one presses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.mailserver import PASSWORD

from .signing_in import sign_in_at
from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
FILE: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}
SIZES = [(360, 740), (768, 1024), (1440, 900)]


def sent(page: Page, system: System, subject: str) -> int:
    """How many messages of that subject are in Sent."""
    page.goto(f"{system.url}/mail/Sent/?q={subject}")
    return page.locator("#rows .row").count()


def test_back_after_send_brings_all_of_it_and_sends_once(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Subject").fill("Onceonly")
    page.get_by_label("Text").fill("Just one of these.")
    page.set_input_files("#c-files", FILE)
    page.get_by_role("button", name="Send").dblclick()
    page.wait_for_url("**/sending/**")
    way = page.url
    page.go_back()
    expect(page.locator("[name=to]")).to_have_value("bob@lemonade.test")
    expect(page.get_by_label("Subject")).to_have_value("Onceonly")
    expect(page.get_by_label("Text")).to_have_text("Just one of these.")
    page.reload()
    expect(page.locator("[name=to]")).to_have_value("bob@lemonade.test")
    expect(page.get_by_text("plan.txt")).to_be_visible()
    expect(page.get_by_role("link", name="What became of it")).to_have_attribute(
        "href", way.removeprefix(system.url)
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#problem")).to_contain_text("sent already")  # its file is another now
    assert sent(page, system, "Onceonly") == 1


def test_a_reload_keeps_what_is_being_written(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Text").fill("Half a thought")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[name=to]")).to_have_value("bob@lemonade.test")
    expect(page.get_by_label("Text")).to_have_text("Half a thought")


def test_files_survive_the_end_of_the_session(system: System, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()

    def enter(window: Page) -> None:
        window.get_by_label("E-mail").fill("alice")
        window.get_by_label("Password").fill(PASSWORD)
        window.get_by_role("button", name="Sign in").click()
        window.wait_for_url("**/mail/INBOX/")

    page.goto(f"{system.url}/")
    enter(page)
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Subject").fill("Survivor")
    page.set_input_files("#c-files", FILE)
    context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in").click()
    enter(opened.value)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sending/**")
    page.goto(f"{system.url}/mail/Sent/?q=Survivor")
    page.locator("#rows .open").first.click()
    expect(page.get_by_role("link", name="Download plan.txt")).to_be_visible()
    context.close()


def test_a_lost_connection_loses_nothing(system: System, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in_at(page, system.url)
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Subject").fill("Tunnel")
    # It arrives, but the answer is lost: to send it again is all that one can do.
    page.route("**/write/", lambda route: (route.fetch(), route.abort()), times=1)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#problem")).to_contain_text("No connection")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sending/**")
    assert sent(page, system, "Tunnel") == 1
    context.close()


def test_no_chip_lies_under_the_bar(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    files = [
        FilePayload(name=f"{n}.txt", mimeType="text/plain", buffer=b"a plan") for n in range(12)
    ]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{system.url}/write/")
        page.set_input_files("#c-files", files)
        last = page.locator("#chosen li").last
        expect(last).to_be_in_viewport()
        bar, box = page.locator(".send").bounding_box(), last.bounding_box()
        assert bar is not None and box is not None and box["y"] + box["height"] <= bar["y"] + 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_megabyte_that_is_pasted_does_not_hang_the_page(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{system.url}/write/?to=bob@lemonade.test&subject=Megabyte")
    words = "Lorem ipsum dolor sit amet. " * 37_500  # one line of 1 MB
    page.get_by_label("Text").focus()
    page.keyboard.insert_text(words)
    page.get_by_label("Subject").fill("Megabytes")  # it answers
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sending/**")
    page.goto(f"{system.url}/mail/Sent/?q=Megabytes")
    page.locator("#rows .open").first.click()
    expect(page.locator("#subject")).to_have_text("Megabytes")
    expect(page.frame_locator("iframe.frame").locator("body")).to_contain_text("Lorem ipsum")
    page.locator("#list-title").focus()
    page.keyboard.press("u")
    expect(page.locator("#letter .empty")).to_be_attached()
