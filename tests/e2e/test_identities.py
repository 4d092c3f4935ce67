"""From which address somebody writes, in a real Chromium, with and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from .conftest import SignIn
from .system import System

pytestmark = pytest.mark.browser
SHOP = "shop@lemonade.test"
LONG = "the-workshop-for-everything-that-is-made-of-lemons@lemonade.test"


@pytest.fixture
def aliases(system: System) -> Iterator[None]:
    """Two more addresses of bob's."""
    models = "from lemonade_server.models import Alias as A; "

    def run(code: str) -> None:
        done = system.manage("shell", "-c", models + code)
        assert done.returncode == 0, done.stderr

    run(f"[A.objects.create_leading_to(a, 'bob@lemonade.test') for a in {[SHOP, LONG]}]")
    yield
    run(f"A.objects.filter(address__in={[SHOP, LONG]}).delete()")


@pytest.mark.parametrize("script", [True, False])
def test_from_is_chosen_and_remembered(
    system: System, sign_in: SignIn, aliases: None, script: bool
) -> None:
    page = sign_in("bob", java_script_enabled=script)
    page.goto(f"{system.url}/settings/")
    page.get_by_label(SHOP).fill("Bob’s Shop")
    page.get_by_role("button", name="Save names").click()
    expect(page.get_by_label(SHOP)).to_have_value("Bob’s Shop")
    page.goto(f"{system.url}/write/")
    page.get_by_label("From", exact=True).select_option(f"Bob’s Shop <{SHOP}>")
    page.get_by_label("To", exact=True).fill("alice@lemonade.test")
    subject = f"From the shop, {'with' if script else 'without'} script"
    page.get_by_label("Subject").fill(subject)
    page.click("[value=send]:visible")
    page.wait_for_url("**/sending/*/")
    page.goto(f"{system.url}/write/")
    expect(page.get_by_label("From", exact=True)).to_have_value(SHOP)
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        for path in ("/write/", "/settings/"):
            page.goto(system.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.goto(f"{system.url}/mail/Sent/")
    expect(page.locator("#rows")).to_contain_text(subject)


def test_who_has_one_address_has_no_choice(system: System, sign_in: SignIn) -> None:
    page = sign_in("alice")
    page.goto(f"{system.url}/write/")
    expect(page.get_by_label("From", exact=True)).to_have_count(0)
