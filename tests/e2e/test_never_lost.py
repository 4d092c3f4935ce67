"""Nothing that is written is lost: a closed tab, a crash, an ended session, two windows."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.mailserver import PASSWORD
from tests.patience import let_pass_in

from .signing_in import sign_in_at
from .system import System
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
FILE: FilePayload = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}


def drafts(system: System, folder: str = "Drafts") -> list[EmailMessage]:
    """Alice's drafts, as another device sees them."""
    with imaplib.IMAP4("127.0.0.1", system.ports["imap"], timeout=60) as imap:
        imap.login("alice@lemonade.test", PASSWORD)
        imap.select(folder, readonly=True)
        out = []
        for number in imap.search(None, "ALL")[1][0].split():
            octets = imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1]  # type: ignore[index]
            out.append(message_from_bytes(octets, policy=policy.default))  # type: ignore[arg-type]
        return out


def words(system: System, subject: str) -> list[str]:
    """The texts of the drafts with this subject."""
    found = []
    for message in drafts(system):
        body = message.get_body(("plain", "html"))
        if message["Subject"] == subject and body is not None:
            octets = body.get_payload(decode=True)
            assert isinstance(octets, bytes)
            text = octets.decode().replace(" \r\n", " ")
            found.append(unescape(re.sub(r"<[^<>]*>", "", text)).strip())
    return found


def wait_for_words(system: System, subject: str, texts: list[str]) -> None:
    """Until the drafts with this subject have these texts."""
    end = time.monotonic() + 60
    while (found := words(system, subject)) != texts:
        assert time.monotonic() < end, found
        time.sleep(0.1)


def open_form(page: Page, system: System, subject: str, text: str) -> None:
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test, an")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Text").fill(text)


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Another browser, whose pages may say that a server is away."""
    context = browser.new_context()
    yield context
    context.close()


def test_a_closed_tab_keeps_all_and_offers_it(system: System, window: BrowserContext) -> None:
    subject = f"Closed {time.monotonic_ns()}"
    page = window.new_page()
    sign_in_at(page, system.url)
    open_form(page, system, subject, "Half a thought")
    expect(page.locator("#draft-state")).to_contain_text("Saved")
    expect(page.locator("#draft-news")).to_contain_text("Saved")
    wait_for_words(system, subject, ["Half a thought"])
    page.context.set_offline(True)
    page.set_input_files("#c-files", FILE)
    page.get_by_label("Text").fill("Half a thought, and more")
    until(lambda: is_in_browser(page, "and more"), "the browser keeps it: the server can't")
    page.close()
    again = sign_in_again(page.context, system)
    again.get_by_role("link", name="Go on").click()
    expect(again.get_by_label("Text")).to_have_text("Half a thought, and more")
    expect(again.locator(".writer [name=to]")).to_have_value("bob@lemonade.test, an")
    expect(again.locator("[data-spot=attach-again]")).to_contain_text("plan.txt")
    expect(again.locator("[data-spot=draft-state]")).to_contain_text("Saved")
    wait_for_words(system, subject, ["Half a thought, and more"])
    again.get_by_role("button", name="Throw away").click()
    expect(again.locator(".writer")).to_have_count(0)
    wait_for_words(system, subject, [])
    let_pass_in(again, 1)
    expect(again.get_by_role("link", name="Go on")).to_have_count(0)


def sign_in_again(context: BrowserContext, system: System) -> Page:
    """The same browser, later: its session goes on."""
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{system.url}/mail/INBOX/")
    return page


def test_two_tabs_keep_both_and_sending_takes_the_draft_away(
    system: System, sign_in: SignIn
) -> None:
    subject = f"Twice {time.monotonic_ns()}"
    page = sign_in("alice")
    open_form(page, system, subject, "From the first")
    expect(page.locator("#draft-state")).to_contain_text("Saved")
    page.goto(f"{system.url}/mail/Drafts/")
    page.locator("#rows .open").first.click()
    address = page.get_by_role("link", name="Edit").first.get_attribute("href") or ""
    page.goto(system.url + address)
    other = page.context.new_page()
    other.goto(system.url + address.partition("?")[0])
    other.get_by_label("Text").fill("From the second")
    expect(other.locator("#draft-state")).to_contain_text("Saved")
    page.get_by_label("Text").fill("From the first, on")
    expect(page.locator("#elsewhere")).to_be_visible()
    assert sorted(words(system, subject)) == ["From the first, on", "From the second"]
    page.get_by_label("To", exact=True).fill("")  # what is no address yet
    page.get_by_label("Text").fill("From the first, the last words")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sending/**")
    wait_for_words(system, subject, ["From the second"])
    sent = [each for each in drafts(system, "Sent") if each["Subject"] == subject]
    assert len(sent) == 1 and "the last words" in sent[0].as_string()


def test_an_ended_session_keeps_it_and_signing_out_erases_it(
    system: System, window: BrowserContext
) -> None:
    subject = f"Ended {time.monotonic_ns()}"
    page = window.new_page()
    sign_in_at(page, system.url)
    open_form(page, system, subject, "Before")
    expect(page.locator("#draft-state")).to_contain_text("Saved")
    window.clear_cookies()
    page.get_by_label("Text").fill("Before and after")
    expect(page.locator("#draft-state")).to_contain_text("Kept in this browser")
    with window.expect_page() as opened:
        page.locator("#draft-state").get_by_role("link", name="Sign in").click()
    opened.value.get_by_label("E-mail").fill("alice")
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in").click()
    opened.value.wait_for_url("**/mail/INBOX/")
    page.get_by_label("Text").fill("Before and after it")
    wait_for_words(system, subject, ["Before and after it"])  # a try before may have saved less
    opened.value.locator("form[data-sign-out]").evaluate("form => form.requestSubmit()")
    opened.value.wait_for_url("**/login/**")
    until(lambda: opened.value.evaluate(ROWS) == [], "nothing is left in the browser")


ROWS = """() => new Promise((done) => { const asked = indexedDB.open("lemonade");
asked.onsuccess = () => { const has = asked.result.objectStoreNames.contains("forms");
if (!has) return done([]); asked.result.transaction("forms").objectStore("forms").getAll()
.onsuccess = (event) => done(event.target.result.map((one) => JSON.stringify(one))); }; })"""


def is_in_browser(page: Page, words: str) -> bool:
    """Whether a form that the browser keeps has these words."""
    return any(words in row for row in page.evaluate(ROWS))


def test_words_that_are_newer_than_what_was_sent_stay_and_are_a_message_of_their_own(
    system: System, window: BrowserContext
) -> None:
    subject = f"Newer {time.monotonic_ns()}"
    page = window.new_page()
    sign_in_at(page, system.url)
    open_form(page, system, subject, "As it is sent")
    page.get_by_role("button", name="Remove an", exact=True).click()
    expect(page.locator("#draft-state")).to_contain_text("Saved")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/write/", lose_the_answer)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#problem")).to_contain_text("No connection")
    page.unroute("**/write/")
    page.get_by_label("Text").fill("As it is sent, and more")
    state = page.locator("#draft-state")
    expect(state).to_contain_text("was sent already")
    expect(state).to_contain_text("kept in this browser")
    until(lambda: is_in_browser(page, "and more"), "the browser keeps it")
    page.reload()
    expect(page.get_by_label("Text")).to_have_text("As it is sent, and more")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#problem")).to_contain_text("you have changed it since")
    expect(state).to_contain_text("Saved")
    wait_for_words(system, subject, ["As it is sent, and more"])
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sending/**")
    wait_for_words(system, subject, [])
    until(lambda: page.evaluate(ROWS) == [], "nothing is left in the browser")
    assert [each["Subject"] for each in drafts(system, "Sent")].count(subject) == 2


def test_signing_out_where_one_writes_leaves_no_words_in_the_browser(
    system: System, window: BrowserContext
) -> None:
    page, other = window.new_page(), window.new_page()
    sign_in_at(page, system.url)
    open_form(other, system, "Beside", "Of the other tab")
    expect(other.locator("#draft-state")).to_contain_text("Saved")
    open_form(page, system, "Secret", "Seen by nobody")
    until(lambda: is_in_browser(page, "Seen by nobody"), "the browser keeps it")
    page.locator("form[data-sign-out]").evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/login/**")
    wait_for_words(system, "Secret", ["Seen by nobody"])
    other.get_by_label("Text").fill("Of the other tab, later")
    expect(other.locator("#draft-state")).to_contain_text("Not saved yet")
    other.close()
    until(lambda: page.evaluate(ROWS) == [], "nothing is left in the browser")
