"""The pages in a real Chromium against the whole product: weight, reach, keys, live updates."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.mailserver import PASSWORD

from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

pytestmark = pytest.mark.browser
SIZES = [(320, 640), (360, 740), (768, 1024), (1440, 900)]
FRESH = b"From: a@far.example\r\nSubject: Fresh as a lemon\r\n\r\nx\r\n"
RECEIPT = re.compile(r"Forwarded 1\d(\.\d)? MB\. \d(\.\d)? kB travelled\.")
SignIn = Callable[..., "Page"]


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Requests and octets of bodies on the wire that a load of ``address`` takes."""
    seen: list[Response] = []
    page.on("response", lambda response: seen.append(response))
    page.goto(address, wait_until="networkidle")
    loaded = [each for each in seen if each.url.startswith("http") and each.status == 200]
    return len(loaded), sum(each.request.sizes()["responseBodySize"] for each in loaded)


def test_the_sign_in_page_is_light(system: System, browser: Browser) -> None:
    page = browser.new_page()
    requests, octets = weigh(page, f"{system.url}/login/")
    page.close()
    assert requests <= 2 and octets <= 8_000


def test_a_cold_inbox_is_light(system: System, browser: Browser, sign_in: SignIn) -> None:
    cold = browser.new_context()
    cold.add_cookies(sign_in("alice").context.cookies())  # type: ignore[arg-type]
    requests, octets = weigh(cold.new_page(), f"{system.url}/mail/INBOX/")
    cold.close()
    assert requests <= 4 and octets <= 35_000, (requests, octets)


def test_opening_a_message_is_light(system: System, sign_in: SignIn) -> None:
    """Its pane alone, without the body, which a designed message has in a frame."""
    page = sign_in("alice")
    with page.expect_response(lambda each: each.request.headers.get("x-pane") == "letter") as seen:
        page.locator("#rows .row:not(:has(.total)) .open").first.click()
    expect(page.locator("#letter[data-uid]")).to_be_visible()
    octets = seen.value.request.sizes()["responseBodySize"]
    assert octets <= 2_000, octets


def test_nothing_is_wider_than_the_screen(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    for path in (
        "/mail/INBOX/",
        "/write/",
        "/settings/",
        "/settings/storage/",
        "/filters/",
        "/keys/",
    ):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(system.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


@pytest.mark.parametrize("depth", [4, 7, 24])
def test_a_folder_lies_deeper_than_its_parent(system: System, sign_in: SignIn, depth: int) -> None:
    """A count beside the name, or a long name, does not push it back."""
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    # Hierarchies of their own, each level a folder; only the deepest has unread mail.
    names = [
        "/".join(["Depths", *(f"level {n}" for n in range(1, each + 1))]) for each in range(depth)
    ]
    for name in names:
        imap.create(f'"{name}"')
    imap.append(f'"{names[-1]}"', "", "", FRESH)
    page = sign_in("bob", viewport={"width": 1440, "height": 900})
    boxes = page.locator("#folder-rows a[data-folder^=Depths] > .icon").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().left)"
    )
    widths = page.locator("#folder-rows").evaluate("all => [all.scrollWidth, all.clientWidth]")
    for name in reversed(names):
        imap.delete(f'"{name}"')
    imap.logout()
    assert len(boxes) == depth and widths[0] <= widths[1]
    steps = {round(after - before, 1) for before, after in pairwise(boxes)}
    assert len(steps) == 1 and min(steps) > 1, boxes


def test_opening_going_back_and_undoing_by_keys(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.still = 'here'")  # a reload would lose it
    rows = page.locator("#rows .row").count()
    page.locator("#rows .open").nth(2).focus()
    page.keyboard.press("o")
    page.wait_for_selector("#subject")
    opened = re.search(r"/mail/INBOX/(\d+)/conversation/$", page.url)
    assert opened
    row = f"#m{opened[1]}"
    page.go_back()
    page.wait_for_selector("#letter:not([data-uid])")
    page.go_forward()
    page.wait_for_selector("#subject")
    page.keyboard.press("e")
    page.wait_for_selector(".toast >> text=Undo")
    expect(page.locator(row)).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#rows .row")).to_have_count(rows)
    assert page.url.endswith("/mail/INBOX/")
    assert page.evaluate("window.still") == "here"


def test_help_shows_the_keys(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    page.wait_for_selector("dialog >> text=Keyboard shortcuts")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")


def test_new_mail_flags_and_deletions_arrive_by_themselves(system: System, sign_in: SignIn) -> None:
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    page = sign_in("bob")
    page.wait_for_load_state("networkidle")
    imap.append("INBOX", "", "", b"From: a@far.example\r\nSubject: Fresh as a lemon\r\n\r\nx\r\n")
    page.wait_for_selector("#rows >> text=Fresh as a lemon")
    uid = page.locator(".row", has_text="Fresh as a lemon").get_attribute("data-uid") or ""
    imap.select("INBOX")
    imap.uid("STORE", uid, "+FLAGS", "(\\Flagged)")
    page.wait_for_selector(f"#m{uid} [data-mark=flagged]")
    imap.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
    imap.expunge()
    page.wait_for_selector(f"#m{uid}", state="detached")
    imap.logout()


def test_on_a_phone_one_pane_at_a_time(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{system.url}/mail/INBOX/", wait_until="networkidle")
    assert not page.is_visible("#letter")
    page.click(".menu")
    assert page.is_visible("#folder-rows >> text=Archive")
    page.keyboard.press("Escape")
    page.locator("#rows .open").first.click()
    page.wait_for_selector("#subject")
    assert not page.is_visible("#list")
    bar = page.locator(".tools").bounding_box()
    assert bar is not None and bar["y"] + bar["height"] == pytest.approx(740, abs=1)
    for button in page.locator(".tools :is(a, button):visible").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
    page.click("[data-back]")
    assert page.is_visible("#list")


def test_reading_and_writing_without_script(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice", java_script_enabled=False)
    page.locator("#rows .open", has_text="Laser survey").click()
    assert "Laser survey" in page.inner_text("#subject")
    page.click('[aria-label="Forward"]')
    page.fill("#c-to", "bob@lemonade.test")
    page.fill("[name=text]", "Sent without a script.")
    page.click("[value=send]:visible")
    page.wait_for_selector(".receipt")
    assert re.match(
        r"Forwarded 1\d(\.\d)? MB\. \d(\.\d)? kB travelled\.", page.inner_text(".receipt")
    )
    page.goto(f"{system.url}/mail/INBOX/")
    page.check('#rows .row:nth-child(2) [name="uid"]')
    page.click("#bulk [value=archive]")
    page.click(".toast >> text=Undo")
    assert "moved to Inbox" in page.inner_text(".toast")
