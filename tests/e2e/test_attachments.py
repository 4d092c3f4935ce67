"""What goes along, in a real Chromium: files that are cut on their way, parts of other mails."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from .signing_in import sign_in_at
from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser
SURVEY = "harbour-survey.zip"  # of the demo


def test_a_file_that_was_cut_and_a_part_of_another_mail_go_along(
    system: System, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in_at(page, system.url)
    word = f"Cargo{os.urandom(4).hex()}"
    data = os.urandom(1_500_000)
    pieces = []

    def cut(route: Route) -> None:
        pieces.append(route.request.headers["upload-offset"])
        if len(pieces) == 2:
            route.abort()
        else:
            route.continue_()

    page.route(
        re.compile("/write/upload/.+"),
        lambda route: cut(route) if route.request.method == "PATCH" else route.continue_(),
    )
    page.goto(f"{system.url}/write/")
    page.get_by_label("To", exact=True).fill("bob@lemonade.test")
    page.get_by_label("Subject").fill(word)
    file = FilePayload(name="plan.bin", mimeType="application/octet-stream", buffer=data)
    page.set_input_files("#c-files", file)
    expect(page.get_by_role("checkbox", name=re.compile(r"plan\.bin"))).to_be_checked()
    assert len(pieces) > 3 and len(set(pieces)) < len(pieces), pieces

    page.get_by_role("button", name="From my mail").click()
    dialog = page.get_by_role("dialog", name="From my mail")
    dialog.get_by_label("Search mail").fill("subject:harbour")
    dialog.get_by_role("button", name="Search").click()
    dialog.get_by_role("checkbox", name=re.compile(re.escape(SURVEY))).first.check()
    dialog.get_by_role("button", name="Attach what is ticked").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("checkbox", name=re.compile(re.escape(SURVEY)))).to_be_checked()
    expect(page.get_by_text("stays on the server").first).to_be_visible()
    expect(page.locator("[data-spot=total]")).to_contain_text(re.compile("MB"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/sending/**")
    page.goto(f"{system.url}/mail/Sent/?q={word}")
    page.locator("#rows .open").first.click()
    expect(page.get_by_role("link", name=f"Download {SURVEY}")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download plan.bin").click()
    got = Path(waiting.value.path()).read_bytes()
    assert hashlib.sha256(got).digest() == hashlib.sha256(data).digest()
    context.close()
