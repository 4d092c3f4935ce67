"""To, Cc and Bcc as people, in a real Chromium: typed, suggested, pasted, dragged, corrected."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import SignIn
from .system import System

pytestmark = pytest.mark.browser
JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////"
    "////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAA"
    "AAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)
BOOK = f"""
from lemonade_server.models import Account
from webmail.people import address_book as book
from webmail.people.vcard.card import parse_vcard as parse
bob = Account.objects.get(email="bob@lemonade.test").pk
def card(*lines): return parse("\\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD"]))
photo = "PHOTO:data:image/jpeg;base64,{JPEG}"
book.save(bob, card("UID:q1", "FN:Quince Tree", "EMAIL:quince@far.example", photo), "q1.vcf")
book.save(bob, card("UID:q2", "FN:Quitte\\\\, Otto", "EMAIL:otto@far.example"), "q2.vcf")
members = ["MEMBER:urn:uuid:q1", "MEMBER:urn:uuid:q2"]
book.save(bob, card("UID:q3", "FN:Quorum", "KIND:group", *members), "q3.vcf")
"""


def value(page: Page, field: str) -> str:
    return page.locator(f"[name={field}]").input_value()


def test_people_are_chosen_moved_and_corrected(system: System, sign_in: SignIn) -> None:
    done = system.manage("shell", "-c", BOOK)
    assert done.returncode == 0, done.stderr
    page = sign_in("bob")
    page.goto(f"{system.url}/write/")
    to = page.get_by_role("combobox", name="To", exact=True)
    expect(to).to_be_focused()

    to.press_sequentially("quin")
    options = page.locator(".people [role=option]")  # not those of selects
    expect(options).to_have_count(1)
    expect(options.locator("img")).to_be_visible()
    assert options.locator("img").evaluate("one => one.decode().then(() => one.naturalWidth)")
    expect(to).to_have_attribute("aria-expanded", "true")
    to.press("Enter")
    chips = page.locator(".people").nth(0).locator("li button.who")
    expect(chips).to_have_text(["Quince Tree"])
    assert value(page, "to") == "Quince Tree <quince@far.example>"

    to.press_sequentially("quo")
    expect(options).to_contain_text(["Quorum"])
    to.press("ArrowDown")
    to.press("Enter")
    expect(chips).to_have_text(["Quince Tree", "Quitte, Otto"])

    to.press_sequentially("nobody,")
    wrong = page.locator(".people .wrong").nth(0)
    expect(wrong).to_contain_text("“nobody” is not an address: the @ is missing")
    to.press("Backspace")  # to the last one, which is opened and corrected
    expect(chips.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(to).to_have_value("nobody")
    to.fill("nobody@far.example")
    to.press("Tab")
    expect(wrong).to_be_empty()
    expect(chips).to_have_count(3)

    page.get_by_text("Cc and Bcc").click()
    cc = page.get_by_role("combobox", name="Cc", exact=True)
    chips.nth(2).locator("xpath=..").drag_to(page.locator(".people").nth(1))
    expect(chips).to_have_count(2)
    assert value(page, "cc") == "nobody@far.example"
    cc_chips = page.locator(".people").nth(1).locator("li button.who")
    cc_chips.first.focus()
    page.keyboard.press("Alt+ArrowDown")
    assert (value(page, "cc"), value(page, "bcc")) == ("", "nobody@far.example")
    cc.focus()

    pasted = "; ".join(f"P{at} <p{at}@far.example>" for at in range(500))
    begun = page.evaluate("performance.now()")
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const paste = { clipboardData: data, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }""",
        pasted,
    )
    expect(cc_chips).to_have_count(500)
    cc.press("x")
    assert value(page, "cc").endswith("P499 <p499@far.example>, x")
    print(f"500 pasted and a key pressed in {page.evaluate('performance.now()') - begun:.0f} ms")
    cc.press("Backspace")
    page.get_by_label("Subject").fill("To many quinces")

    page.reload()  # what was kept comes back as people
    expect(chips).to_have_text(["Quince Tree", "Quitte, Otto"])
    expect(cc_chips).to_have_count(500)
    assert value(page, "bcc") == "nobody@far.example"
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("[value=discard]")
    page.wait_for_url(lambda url: "/write/" not in url)
