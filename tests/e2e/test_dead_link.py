"""A link that falls silent: the page notices by itself, and catches up in one request."""

from __future__ import annotations

import imaplib
import secrets
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.mailserver import PASSWORD
from tests.stalling_relay import StallingRelay

from .signing_in import sign_in_at
from .system import System

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

pytestmark = pytest.mark.browser
PATIENT = 60_000  # ms; a quiet machine takes ten seconds


def test_a_silent_link_is_noticed_and_what_was_missed_comes_in_one_request(
    system: System, browser: Browser
) -> None:
    word = secrets.token_hex(4)
    with StallingRelay(system.ports["web"]) as relay:
        context = browser.new_context()
        page = context.new_page()
        with page.expect_websocket() as opened:
            sign_in_at(page, f"http://127.0.0.1:{relay.port}")
        with opened.value.expect_event("framereceived", timeout=PATIENT):
            pass  # the answer to the first question after a silence
        relay.stall()
        expect(page.locator("#link")).to_contain_text("You are offline", timeout=PATIENT)
        with imaplib.IMAP4("127.0.0.1", system.ports["imap"]) as other:
            other.login("alice", PASSWORD)
            letter = f"From: a@far.example\r\nSubject: Missed {word}\r\n\r\nx\r\n"
            assert other.append("INBOX", "", "", letter.encode())[0] == "OK"
        came: list[Response] = []
        page.on("response", lambda each: came.append(each))
        relay.restore()
        expect(page.locator("#rows")).to_contain_text(f"Missed {word}", timeout=PATIENT)
        expect(page.locator("#link")).to_contain_text("change", timeout=PATIENT)
        asked = [each for each in came if each.request.headers.get("x-pane") == "changes"]
        assert len(asked) == 1 and len(came) == 1, [each.url for each in came]
        assert asked[0].request.sizes()["responseBodySize"] <= 4_000
        context.close()
