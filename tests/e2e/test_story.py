"""The story the product is for, in a real browser against the running system."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SignIn = Callable[..., Page]

SUBJECT = "Laser survey of the harbour, full set"
FILE = "harbour-survey.zip"


def download(page: Page) -> bytes:
    """The attachment of the open message, as the browser saves it."""
    with page.expect_download() as waiting:
        # a conversation may hold it more than once
        page.get_by_role("link", name=f"Download {FILE}").last.click()
    return Path(waiting.value.path()).read_bytes()


def open_way(page: Page) -> None:
    """Once it is said that it was sent."""
    page.get_by_role("link", name="What became of it").click()
    expect(page.get_by_role("heading", name="Delivered")).to_be_visible()


def octets(text: str, pattern: str) -> float:
    """A size as people read it, ``1.3 kB``, in octets."""
    match = re.search(pattern.replace("SIZE", r"([\d.]+) (\w+)"), text)
    assert match, text
    return float(match[1]) * {"bytes": 1, "octets": 1, "kB": 1e3, "MB": 1e6}[match[2]]


def test_forward_twelve_megabytes_without_a_download(sign_in: SignIn) -> None:
    alice = sign_in("alice")
    alice.get_by_role("link", name=re.compile(SUBJECT)).first.click()
    alice.get_by_role("link", name="Forward", exact=True).click()
    expect(alice.get_by_text("stays on the server").first).to_be_visible()
    alice.get_by_label("To", exact=True).fill("bob@lemonade.test")
    alice.get_by_role("button", name="Send").click()
    open_way(alice)
    receipt = alice.get_by_text(re.compile(r"travelled\.")).first.inner_text()
    assert octets(receipt, r"Forwarded SIZE") > 12e6
    assert octets(receipt, r"SIZE travelled") < 10e3

    bob = sign_in("bob@lemonade.test")
    bob.get_by_role("link", name=re.compile(f"Fwd: {SUBJECT}")).first.click()
    got = download(bob)
    alice.goto(alice.url.split("/sending/")[0])
    alice.get_by_role("link", name=re.compile(SUBJECT)).first.click()
    sent = download(alice)
    assert len(sent) > 12_000_000
    assert hashlib.sha256(got).digest() == hashlib.sha256(sent).digest()


def test_new_mail_appears_without_a_reload(sign_in: SignIn) -> None:
    bob = sign_in("bob")
    alice = sign_in("alice")
    alice.get_by_role("link", name="Write").click()
    alice.get_by_label("To", exact=True).fill("bob@lemonade.test")
    alice.get_by_label("Subject").fill("The ferry is late")
    alice.get_by_label("Text").fill("Half an hour.")
    alice.get_by_role("button", name="Send").click()
    open_way(alice)
    row = bob.get_by_role("link", name=re.compile("The ferry is late"))
    expect(row.first).to_be_visible()


def test_reading_and_forwarding_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("alice", java_script_enabled=False)
    page.get_by_role("link", name=re.compile("Eelgrass")).first.click()
    page.get_by_role("link", name="Forward", exact=True).click()
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Delivered")).to_be_visible()


def test_a_message_for_later_waits_and_is_taken_back(sign_in: SignIn) -> None:
    alice = sign_in("alice")
    alice.get_by_role("link", name="Write").click()
    alice.get_by_label("To", exact=True).fill("bob@lemonade.test")
    alice.get_by_label("Subject").fill("Not before tomorrow")
    alice.get_by_text("Send later, receipts").click()
    tomorrow = datetime.now() + timedelta(days=1)
    alice.get_by_label("Send at").fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    alice.get_by_role("button", name="Send later").click()
    alice.get_by_role("link", name="What became of it").click()
    heading = alice.get_by_role("heading", name="To be sent later")
    expect(heading).to_be_visible()
    assert alice.get_by_text("waiting").count() == 1
    alice.get_by_role("button", name="Cancel sending").click()
    expect(alice.get_by_label("Subject")).to_have_value("Not before tomorrow")


def test_the_way_of_an_open_message_is_followed(sign_in: SignIn) -> None:
    alice = sign_in("alice")
    bob = sign_in("bob")
    alice.get_by_role("link", name="Write").click()
    alice.get_by_label("To", exact=True).fill("bob@lemonade.test")
    alice.get_by_label("Subject").fill("Did you see this")
    alice.get_by_text("Send later, receipts").click()
    alice.get_by_label("Ask to be told when it is read").check()
    alice.get_by_role("button", name="Send").click()
    open_way(alice)
    alice.get_by_role("link", name="Sent", exact=True).click()
    alice.get_by_role("link", name=re.compile("Did you see this")).first.click()
    way = alice.locator("#way strong")
    expect(way).to_have_text("Delivered")
    bob.get_by_role("link", name=re.compile("Did you see this")).first.click()
    bob.get_by_role("button", name="Send a receipt").click()
    expect(way).to_have_text("Read")
