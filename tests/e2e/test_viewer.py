"""Attachments over the page, in a real Chromium: next and previous, and what travels for it."""

from __future__ import annotations

import imaplib
import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.convert import samples

from .conftest import SignIn
from .system import System

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # ms: the mail server makes thumbnails first
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Lovelace\r\nEMAIL:ada@far.example\r\nEND:VCARD\r\n"
SHOTS = os.environ.get("VIEWER_SHOTS", "")


def put(imap: imaplib.IMAP4, subject: str) -> None:
    """Three pictures, a table and a card."""
    message = EmailMessage()
    message["From"], message["To"] = "Maria <maria@far.example>", "bob@lemonade.test"
    message["Subject"] = subject
    message.set_content("Look at these.\n")
    for number in (1, 2, 3):
        picture = samples.picture(2000 + number, 3000)
        octets = samples.encoded(picture, "JPEG", quality=95)
        message.add_attachment(octets, "image", "jpeg", filename=f"roof-{number}.jpg")
    message.add_attachment(b"what,price\npear,2\n", "text", "csv", filename="costs.csv")
    message.add_attachment(CARD, "text", "vcard", filename="ada.vcf")
    assert imap.append("INBOX", "", "", message.as_bytes())[0] == "OK"


def test_pictures_one_after_the_other(
    system: System, sign_in: SignIn, elsewhere: imaplib.IMAP4
) -> None:
    subject = f"Roofs {os.urandom(4).hex()}"
    put(elsewhere, subject)
    page = sign_in("bob", viewport={"width": 412, "height": 800}, has_touch=True)
    page.goto(f"{system.url}/mail/INBOX/?q=subject:{subject.rpartition(' ')[2]}")
    page.locator("#rows .open").first.click()
    link = page.get_by_role("link", name="View roof-1.jpg")
    link.click()
    dialog = page.get_by_role("dialog", name="roof-1.jpg")
    shown = dialog.get_by_role("img", name="roof-1.jpg")
    expect(shown).to_be_visible(timeout=PATIENCE)
    assert shown.evaluate("image => [image.naturalWidth, image.naturalHeight]")[0] <= 480
    expect(dialog.get_by_text("1 of 5")).to_be_visible()
    assert "instead of" in (dialog.locator(".saved").text_content() or "")
    expect(dialog.get_by_role("button", name="Previous")).to_have_count(0)
    shoot(page, "picture")

    asked = "performance.getEntriesByType('resource').filter(({name}) => name.includes('/3/480x'))"
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="roof-2.jpg")
    expect(dialog.get_by_role("img", name="roof-2.jpg")).to_be_visible(timeout=PATIENCE)
    moved = page.evaluate(f"{asked}.reduce((sum, one) => sum + one.transferSize, 0)")
    assert 0 < moved < 60_000, "of a photograph of a megabyte"
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="roof-1.jpg")).to_be_visible()
    stage = page.get_by_role("dialog").locator(".stage")
    for kind, x in (("pointerdown", 350), ("pointerup", 90)):
        details = {"pointerType": "touch", "clientX": x, "clientY": 300, "bubbles": True}
        stage.dispatch_event(kind, details)
    expect(page.get_by_role("dialog", name="roof-2.jpg")).to_be_visible()
    expect(page.get_by_role("img", name="roof-2.jpg")).to_be_visible(timeout=PATIENCE)

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="costs.csv")
    expect(dialog.get_by_role("columnheader", name="price")).to_be_visible()
    shoot(page, "table")
    dialog.get_by_role("button", name="Next").click()
    dialog = page.get_by_role("dialog", name="ada.vcf")
    expect(dialog.get_by_role("button", name="Next")).to_have_count(0)
    expect(dialog.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    shoot(page, "card")
    with page.expect_download() as waiting:
        dialog.get_by_role("link", name="Download").click()
    assert Path(waiting.value.path()).read_bytes() == CARD
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="View ada.vcf")).to_be_focused()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download all").click()
    assert waiting.value.suggested_filename == f"{subject}.zip"


def shoot(page: object, name: str) -> None:
    """A picture of it for whoever works on its look."""
    if SHOTS:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[attr-defined]
            page.screenshot(path=f"{SHOTS}/{name}-{theme}.png")  # type: ignore[attr-defined]
