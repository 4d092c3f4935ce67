"""Choosing, dragging, sweeping and acting on very many messages, in Chromium."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .system import System
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Locator, Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
DESK = {"width": 1440, "height": 900}


def make(imap: imaplib.IMAP4, folder: str, count: int) -> None:
    """A folder with so many different messages, some hundred in a command (RFC 3502)."""
    imap.create(folder)
    messages = [
        f"From: a@far.example\r\nSubject: Number {n}\r\n\r\nx\r\n".encode() for n in range(count)
    ]
    for start in range(0, count, 300):
        some = messages[start : start + 300]
        literals = b"".join(b" (\\Seen) {%d+}\r\n%b" % (len(each), each) for each in some)
        imap.send(b"many APPEND %b%b\r\n" % (folder.encode(), literals))
        while not (line := imap.readline()).startswith(b"many "):
            assert line
        assert line.startswith(b"many OK"), line


def count_in(imap: imaplib.IMAP4, folder: str) -> int:
    return int(imap.select(folder)[1][0] or b"0")


def clear(imap: imaplib.IMAP4, *folders: str) -> None:
    imap.select("INBOX")
    for folder in folders:
        imap.delete(folder)


def test_thousands_are_filed_with_progress_and_taken_back_by_another_page(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    count = 1_200
    make(elsewhere, "Heap", count)
    before = count_in(elsewhere, "Archive")
    page = sign_in("bob", viewport=DESK)
    page.goto(f"{system.url}/mail/Heap/", wait_until="networkidle")
    page.keyboard.press("j")
    page.keyboard.press("*")
    page.keyboard.press("a")
    expect(page.locator("#picked")).to_have_text("50")
    page.get_by_label("All 1200 in Heap").check()
    answers: list[APIResponse] = []
    page.route("**/mail/Heap/act/", lambda route: answers.append(route.fetch()))
    page.locator("#bulk").get_by_label("Archive").click()
    until(lambda: page.evaluate("true") and answers != [], "the server has begun")
    page.close()  # it goes on without its page, which has not heard of it
    other = sign_in("bob", viewport=DESK)
    expect(other.get_by_text("1,200 messages moved to Archive.")).to_be_visible()
    assert (count_in(elsewhere, "Heap"), count_in(elsewhere, "Archive")) == (0, before + count)
    fields = other.locator("#toasts form input").evaluate_all(
        "all => all.map((one) => [one.name, one.value])"
    )
    assert len(str(fields)) < 400, fields  # a range and no list
    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_text("1,200 messages moved to Heap.")).to_be_visible()
    assert (count_in(elsewhere, "Heap"), count_in(elsewhere, "Archive")) == (count, before)
    clear(elsewhere, "Heap")


def test_a_range_by_keys_and_by_mouse_is_dragged_to_a_folder(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    make(elsewhere, "Dragged", 12)
    elsewhere.create("Target")
    page = sign_in("bob", viewport=DESK)
    page.goto(f"{system.url}/mail/Dragged/", wait_until="networkidle")
    rows = page.locator("#rows .row")
    picked = page.locator("#picked")
    page.keyboard.press("j")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(picked).to_have_text("4")
    page.keyboard.press("Shift+ArrowUp")
    expect(picked).to_have_text("3")
    page.keyboard.press("Escape")
    rows.nth(1).locator(".pick input").click()
    rows.nth(5).locator(".pick input").click(modifiers=["Shift"])
    expect(picked).to_have_text("5")
    rows.nth(2).drag_to(page.locator("#folder-rows a", has_text="Target"))
    expect(page.get_by_text("moved to Target.")).to_be_visible()
    expect(rows).to_have_count(7)
    assert count_in(elsewhere, "Target") == 5
    rows.nth(0).drag_to(page.locator("#folder-rows a", has_text="Target"))  # one, not chosen
    expect(rows).to_have_count(6)
    expect(page.get_by_text("Message moved to Target.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(7)
    assert count_in(elsewhere, "Target") == 5
    clear(elsewhere, "Dragged", "Target")


def sweep(page: Page, row: Locator, by: int) -> None:
    """A finger goes aside over a row."""
    box = row.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    for kind, moved in [
        ("touchStart", 0),
        *(("touchMove", by * step // 8) for step in range(1, 9)),
    ]:
        points = [{"x": x + moved, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_sweeping_a_row_and_what_comes_after_an_open_message_are_settings(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    make(elsewhere, "Swept", 8)
    page = sign_in("bob", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page.goto(f"{system.url}/mail/Swept/", wait_until="networkidle")
    rows = page.locator("#rows .row")
    sweep(page, rows.nth(2), 40)  # too little: nothing is done, and nothing opened
    expect(rows).to_have_count(8)
    assert page.url.endswith("/mail/Swept/")
    sweep(page, rows.nth(2), 200)
    expect(page.get_by_text("Message moved to Archive.")).to_be_visible()
    expect(rows).to_have_count(7)
    page.goto(f"{system.url}/settings/")
    page.get_by_label("After an open message was filed or deleted").select_option("next")
    page.get_by_label("A row that a finger sweeps to the left").select_option("flag")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{system.url}/mail/Swept/", wait_until="networkidle")
    sweep(page, rows.nth(0), -200)
    expect(rows.nth(0).locator("[data-mark=flagged]")).to_have_count(1)
    following = rows.nth(2).get_attribute("data-uid")
    rows.nth(1).locator(".open").click()
    page.wait_for_selector("#subject")
    page.keyboard.press("e")
    expect(page.locator(f"#letter[data-uid='{following}']")).to_be_visible()
    clear(elsewhere, "Swept")
