"""What is sent without a link waits in the browser, can be taken back, and goes out once."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import Browser, Page, Route, expect

from tests.chromium import PATIENCE

from .signing_in import sign_in_at
from .system import System

WAITS = "It waits in this browser"
WAITING = """async () => {
  const open = indexedDB.open("lemonade");
  const store = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const all = store.transaction("waiting").objectStore("waiting").getAll();
  const found = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  store.close();
  return found.map((one) => one.subject);
}"""


def write(page: Page, subject: str) -> None:
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Subject").fill(subject)
    page.locator("[contenteditable=true]:visible").fill("From the tunnel.")


def press_send(page: Page) -> None:
    page.locator(".writer .send [value=send]").click()


def count(page: Page, system: System, subject: str) -> int:
    page.goto(f"{system.url}/mail/Sent/?q={subject}")
    return page.locator("#rows .row").count()


def test_without_a_link_it_waits_and_goes_out_once(system: System, browser: Browser) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    sign_in_at(page, system.url)
    word = f"Tunnel{uuid.uuid4().hex[:8]}"

    # An empty subject is asked about in a dialog; Escape goes back into the field.
    write(page, "")
    press_send(page)
    dialog = page.get_by_role("dialog", name="Send it as it is?")
    expect(dialog).to_contain_text("The subject is empty.", timeout=60_000)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Subject")).to_be_focused()
    page.get_by_label("Subject").fill(word)
    expect(page.locator("[data-spot=draft-state]")).to_contain_text("Saved", timeout=60_000)

    # The link is gone: the window closes, and the message waits. It is taken back, and sent again.
    context.set_offline(True)
    press_send(page)
    line = page.locator(".toast", has_text=WAITS)
    expect(line).to_contain_text(word, timeout=60_000)
    expect(page.locator(".writer")).to_have_count(0)
    assert page.evaluate(WAITING) == [word]
    page.locator("[data-sign-out]").first.evaluate("form => form.requestSubmit()")
    asked = page.get_by_role("dialog", name=re.compile("1 message waits for a connection"))
    expect(asked).to_contain_text(word)
    asked.get_by_role("button", name="Stay signed in").click()
    line.get_by_role("button", name="Take it back").click()
    kept = page.locator(".toast", has_text="It will not be sent")
    expect(kept).to_be_visible()
    assert page.evaluate(WAITING) == []
    context.set_offline(False)
    kept.get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Subject")).to_have_value(word, timeout=60_000)
    context.set_offline(True)
    press_send(page)
    expect(line).to_be_visible(timeout=60_000)

    # The page is closed, and opened when there is a link: it goes out by itself. The answer to the
    # first try is lost, so that it is tried twice.
    page.close()
    context.set_offline(False)
    page = context.new_page()
    lost: list[str] = []

    def lose_the_answer(route: Route) -> None:
        if not lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/write/", lose_the_answer)
    page.goto(f"{system.url}/mail/INBOX/")
    expect(page.locator(".toast", has_text="Sent.")).to_be_visible(timeout=60_000)
    assert len(lost) == 1 and page.evaluate(WAITING) == []
    page.reload()
    assert count(page, system, word) == 1
    page.go_back()
    page.reload()
    assert count(page, system, word) == 1
    context.close()
