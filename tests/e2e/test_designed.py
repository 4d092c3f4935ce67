"""HTML mail in its frame: colours, places inside it, scrolling, printing, links to write."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from tests.mailserver import PASSWORD

from .system import System
from .wire import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Locator, Page

pytestmark = pytest.mark.browser
SignIn = Callable[..., "Page"]
FILLER = "<p>filler</p>" * 80
COLOURS = (
    '<body bgcolor="#101030" text="#f0f0f0" link="#ffd000"><p>Words.</p>'
    '<a href="https://away.example/">A link</a> <a id=w href="mailto:x@y.example?subject=Hi%20%2B'
    '&body=line1%0D%0Aline2&cc=c@d.example">Write</a></body>'
)
PLACES = f'<a href="#two">Two</a> <a href="#three">Three</a>{FILLER}<h2><a name="two">Part two</a>'
PLACES += f'</h2>{FILLER}<h2 id="three">Part three</h2>{FILLER}'
BOX = '<style>#hero{background:#204060}</style><div id="hero"><p style="color:#fff">White</p></div>'
LONG = "".join(f"<p>Paragraph {number} of a long letter.</p>" for number in range(1, 201))
HIDDEN = (
    "<style>html,body{height:100%!important;overflow:hidden!important}</style>"
    f'<body style="height:100%!important;overflow:hidden!important">{LONG}<p id=end>End</p></body>'
)


GONE = "<style>body *{display:none!important;visibility:hidden!important;color:#fff!important;"
GONE += "font-size:0!important;opacity:0!important}</style><p>From: ceo@bank.example</p>"
ADDED = "<style>p::before{content:'ceo@bank.example'} p::first-line{font-size:0;color:#fff}</style>"
OVER = '<div style="position:absolute;z-index:2147483647;top:0;left:0;width:100%;height:400px;'
OVER += 'background:#fff">From: ceo@bank.example</div>'


def put(system: System, html: str, subject: str = "Designed") -> str:
    """The path of a message with this body in bob's inbox."""
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    head = f"From: a@far.example\r\nSubject: {subject}\r\nContent-Type: text/html\r\n\r\n"
    _, answer = imap.append("INBOX", "", "", (head + html).encode())
    imap.logout()
    return f"/mail/INBOX/{int(answer[0].split(b']')[0].split()[-1])}/"


def opened(system: System, page: Page, html: str, subject: str = "Designed") -> FrameLocator:
    page.goto(system.url + put(system, html, subject))
    return page.frame_locator("iframe.frame")


def style(frame: FrameLocator, selector: str, name: str) -> Any:
    return frame.locator(selector).evaluate(f"node => getComputedStyle(node).{name}")


def paper(page: Page) -> list[str]:
    """The words of each printed page."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return [sheet.get_textpage().get_text_range() for sheet in document]


def test_colours_of_the_body_and_rules_by_id(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    frame = opened(system, page, COLOURS)
    assert style(frame, "body", "backgroundColor") == "rgb(16, 16, 48)"
    assert style(frame, "html", "backgroundColor") == "rgba(0, 0, 0, 0)", "the body's is the page's"
    assert style(frame, "p", "color") == "rgb(240, 240, 240)"
    assert style(frame, "a >> nth=0", "color") == "rgb(255, 208, 0)"
    frame = opened(system, page, BOX)
    assert style(frame, "div", "backgroundColor") == "rgb(32, 64, 96)"
    assert style(frame, "p", "color") == "rgb(255, 255, 255)"


def at_top(page: Page, heading: Locator) -> bool:
    inside, around = heading.bounding_box(), page.locator("#letter .scroll").bounding_box()
    return inside is not None and around is not None and -60 < inside["y"] - around["y"] < 60


def test_a_link_to_a_place_in_the_message_scrolls_there(
    system: System, browser: Browser, sign_in: SignIn
) -> None:
    # In a context of its own: where a frame may run no script, a click by the test's own tool is
    # reported as one that was blocked.
    context = browser.new_context()
    context.add_cookies(sign_in("bob").context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    frame = opened(system, page, PLACES)
    for words, place in (("Two", "Part two"), ("Three", "Part three")):
        frame.get_by_role("link", name=words, exact=True).click()
        until(partial(at_top, page, frame.get_by_role("heading", name=place)), place)
    assert len(context.pages) == 1
    context.close()


def test_a_link_to_write_fills_in_the_form(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    frame = opened(system, page, COLOURS)
    with page.context.expect_page() as popped:
        frame.get_by_role("link", name="Write").click()
    form = popped.value
    assert form.locator("[name=to]").input_value() == "x@y.example"
    assert form.locator("[name=cc]").input_value() == "c@d.example"
    assert form.get_by_label("Subject").input_value() == "Hi +"
    expect(form.get_by_label("Text")).to_have_text("line1line2")


def test_nothing_takes_the_scrolling_away(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    frame = opened(system, page, HIDDEN)
    end = frame.locator("#m-end")
    end.wait_for()
    frame.locator("p").first.hover()
    page.mouse.wheel(0, 100_000)
    expect(end).to_be_in_viewport()
    assert style(frame, "html", "overflowY") == style(frame, "body", "overflowY") == "visible"


def test_all_of_it_is_printed(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    for html in (LONG, HIDDEN):
        check_print(system, page, put(system, html))


def check_print(system: System, page: Page, path: str) -> None:
    page.goto(system.url + path)
    page.frame_locator("iframe.frame").locator("p").first.wait_for()
    page.wait_for_load_state("networkidle")
    for where in (path, f"{path}print/"):
        page.goto(system.url + where)
        page.wait_for_load_state("networkidle")
        sheets = paper(page)
        words = "\n".join(sheets)
        assert len(sheets) > 3 and "Designed" in sheets[0]
        missing = [number for number in range(1, 201) if f"Paragraph {number} of" not in words]
        assert missing == [], where
    page.goto(system.url + path)
    paper(page)
    assert page.locator("iframe.frame").is_visible(), "it is as before, afterwards"


ABOVE = '<p style="margin-top:-300px;height:300px;background:#fff">From: ceo@bank.example</p>'


def test_a_message_can_not_touch_the_head_of_its_print(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    for html in (GONE, ADDED, OVER, ABOVE):
        page.goto(f"{system.url}{put(system, html)}print/")
        line = page.locator("p[data-head]", has_text="From: a@far.example")
        assert line.is_visible(), html
        assert line.evaluate(
            "line => { const box = line.getBoundingClientRect(), style = getComputedStyle(line);"
            "return [style.color, style.fontSize, getComputedStyle(line, '::before').content,"
            "getComputedStyle(line, '::first-line').fontSize,"
            "document.elementFromPoint(box.x + 5, box.y + 5) === line]; }"
        ) == ["rgb(28, 30, 26)", "15px", "none", "15px", True], html
