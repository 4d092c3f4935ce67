"""A designed message as a part of the page: its height, its width, its colours at night."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .system import System
from .test_designed import FILLER, SignIn, opened, paper, put, style
from .wire import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
DAY, PAGE, PHONE = "rgb(255, 255, 255)", "rgb(24, 27, 26)", {"width": 360, "height": 740}
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAC"
PIXEL += "hwGA60e6kgAAAABJRU5ErkJggg=="
COLUMN = (
    '<td width="350" style="width:350px">Some words of a column that is as wide as it wants</td>'
)
FIXED = f'<table width="700" style="width:700px;min-width:700px"><tr>{COLUMN * 2}</tr></table>'
UNBROKEN = '<p style="white-space:nowrap">' + "many words on one line " * 3 + "</p>"
FIGHTS = f"""<style>
html,body{{position:fixed;width:4000px;min-width:3000px;height:10px}}
body{{margin:-60px;overflow:scroll}}
.f{{position:fixed;inset:0;width:100vw;height:100vh;z-index:9;background:#fff}}
@media (max-height:100000px){{.g{{height:200vh;padding-bottom:3000px}}}}
</style><body><div class="f">First</div><div class="g" style="min-height:100vh">Second</div>
<div style="width:5000px;min-width:5000px">Wide</div><p style="margin:-900px 0 0 -900px">Third</p>
{FIXED}<p id="end">End</p></body>"""
NEWS = f"""<meta name="color-scheme" content="light dark"><style>
body{{margin:0;background:#f4f4f7;color:#222}} .card{{background:hsl(0 0% 100%)}}
.brand{{background:#1a73e8;color:#fff}} .pale{{background:#fff3cd}} .dark{{background:#222}}
a.button{{background-color:#ffcc00;color:#000!important}} .far{{color:#b0b0b0}}
.blend{{background-image:linear-gradient(90deg,#6a11cb,oklch(0.6 0.2 260))}} b{{color:inherit}}
@media (prefers-color-scheme:light){{.own{{color:#111;background:#eee}}}}
</style><body link="#0000cc"><table width="100%" bgcolor="#f4f4f7"><tr><td class="brand">Brand
<font color="#333">dark on brand</font></td></tr><tr><td class="card">
<h1 style="color:#000080">Title</h1><p class="far">Far</p>
<p class="pale">Pale <b>bold</b></p><p class="dark">No colour of its own
<span style="color:white">white</span></p><p class="own">Own</p><a href="https://a.example/">Link</a>
<a class="button" href="https://a.example/">Buy</a><p class="blend">On a blend</p><mark>Mark</mark>
<p style="background:transparent;color:rgba(0,0,0,.54)">Veiled</p><p bgcolor="red">No red</p>
<table bgcolor="ff6600"><tr><td>Orange <span style="color:currentcolor">too</span></table>
<div id="picture" style="background:url({PIXEL});color:#123456">On a picture</div>
<img id="image" src="{PIXEL}" width="40" height="40"></td></tr></table></body>"""
# Colour of each word, and of what is seen behind it; of a gradient, the worst.
SEEN = """() => {
  const numbers = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const colour = (text) => { const [r, g, b, a = 1] = numbers(text); return [r, g, b, a]; };
  const linear = (v) => (v /= 255, v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (p, q) => {
    const [dark, bright] = [light(p), light(q)].sort((one, other) => one - other);
    return (bright + 0.05) / (dark + 0.05);
  };
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const word = walk.currentNode.data.trim();
    if (!word) continue;
    const ink = colour(getComputedStyle(walk.currentNode.parentElement).color);
    let behind = [];
    let picture = false;
    for (let at = walk.currentNode.parentElement; at && !behind.length; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      picture ||= backgroundImage.includes("url(");
      const blend = backgroundImage.includes("gradient(");
      if (blend) behind = backgroundImage.match(/rgba?\\([^)]*\\)/g).map(colour);
      else if (colour(backgroundColor)[3] === 1) behind = [colour(backgroundColor)];
    }
    seen.push([word, picture ? 99 : Math.min(...behind.map((each) => ratio(ink, each)))]);
  }
  return seen;
}"""


@pytest.fixture
def window(browser: Browser, sign_in: SignIn) -> Iterator[Page]:
    """A window of bob's for clicks into a message: as nothing runs there, Chromium reports each
    click of the test's own tool as a script that was blocked."""
    context = browser.new_context()
    context.add_cookies(sign_in("bob").context.cookies())  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def put_theme(page: Page, system: System, theme: str) -> None:
    page.context.add_cookies([{"name": "look", "value": f"{theme}.comfortable", "url": system.url}])


def sizes(page: Page) -> dict[str, int]:
    """Of the frame's document: how large it is, and how much of it can be seen."""
    found: dict[str, int] = (
        page.frame_locator("iframe.frame")
        .locator("html")
        .evaluate(
            "root => ({height: root.scrollHeight, width: root.scrollWidth,"
            " room: root.clientHeight, breadth: root.clientWidth,"
            " zoom: Number(root.style.zoom || 1)})"
        )
    )
    return found


def is_whole(page: Page) -> bool:
    """Whether nothing of it has to be scrolled to inside its frame."""
    found = sizes(page)
    return found["height"] <= found["room"] and found["width"] <= found["breadth"]


def test_it_is_as_high_as_what_is_in_it(system: System, window: Page) -> None:
    page = window
    details = "<details><summary>More</summary><p style=height:900px>Much</p></details>"
    frame = opened(system, page, f"{details}{FILLER}<p id=end>End</p>")
    until(lambda: is_whole(page), "the frame is as high as the message")
    before = sizes(page)["room"]
    assert before > 2 * page.viewport_size["height"]  # type: ignore[index]
    frame.locator("summary").click()
    until(lambda: is_whole(page) and sizes(page)["room"] > before + 800, "it grows")
    frame.locator("summary").click()
    until(lambda: sizes(page)["room"] == before, "and shrinks")
    frame.locator("summary").hover()
    page.mouse.wheel(0, 100_000)
    expect(frame.locator("#m-end")).to_be_in_viewport()
    assert page.locator("#letter .scroll").evaluate("node => node.scrollTop") > 500


def test_it_fits_on_a_phone(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob", viewport=PHONE, has_touch=True, is_mobile=True)
    for html in (FIXED, UNBROKEN, FIXED + UNBROKEN):
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        opened(system, page, html)
        until(lambda: is_whole(page), "all of it is seen")
        assert 0.5 <= sizes(page)["zoom"] <= 1
        page.set_viewport_size({"width": 740, "height": 360})  # the phone is turned
        until(lambda: is_whole(page) and sizes(page)["breadth"] > 600, "again")
        assert page.evaluate("document.documentElement.scrollWidth") <= 740


@pytest.mark.parametrize("width", [360, 1440])
def test_styles_that_fight_the_page_lose(system: System, sign_in: SignIn, width: int) -> None:
    page = sign_in("bob", viewport={"width": width, "height": 800})
    frame = opened(system, page, FIGHTS)
    until(lambda: is_whole(page), "all of it is seen")
    room = sizes(page)["room"]
    assert room < 6_000
    left = frame.locator("body").evaluate("node => node.getBoundingClientRect().left")
    for words in ("First", "Second", "Wide", "Third", "End"):
        box = frame.get_by_text(words, exact=True).bounding_box()
        around = page.locator("iframe.frame").bounding_box()
        assert box and around and box["x"] >= around["x"] + left - 1, words
        assert box["y"] >= around["y"] - 1 and box["y"] + box["height"] <= around["y"] + room + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("#subject")).to_be_in_viewport()


def test_a_long_subject_leaves_room_for_the_message(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob", viewport=PHONE)
    words = "subject " * 12_500
    opened(system, page, "<p id=words>Words</p>", subject="\r\n ".join([words[:900]] * 110))
    expect(page.frame_locator("iframe.frame").locator("#m-words")).to_be_in_viewport()


@pytest.mark.parametrize("theme", ["dark", "auto"])
def test_at_night_its_words_can_be_read(system: System, sign_in: SignIn, theme: str) -> None:
    page = sign_in("bob", color_scheme="dark" if theme == "auto" else "light")
    put_theme(page, system, theme)
    frame = opened(system, page, NEWS)
    seen = frame.locator("html").evaluate(SEEN)
    assert len(seen) > 15
    assert [pair for pair in seen if pair[1] < 4.5] == []
    assert style(frame, "td.card", "backgroundColor") == PAGE
    assert style(frame, ".brand", "backgroundColor") == "rgb(10, 105, 222)", "a brand is known"
    expect(page.locator("#letter")).to_have_css("background-color", PAGE)


def test_by_day_it_is_as_its_sender_designed_it(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob", color_scheme="light")
    plain: dict[str, Any] = {}
    for theme in ("light", "auto"):
        put_theme(page, system, theme)
        frame = opened(system, page, NEWS)
        plain[theme] = frame.locator("body").evaluate(
            "body => [...body.querySelectorAll('*')].map((each) => { const seen ="
            " getComputedStyle(each); return [seen.color, seen.backgroundColor,"
            " seen.backgroundImage, seen.borderColor]; })"
        )
    assert plain["light"] == plain["auto"]
    assert style(frame, "h1", "color") == "rgb(0, 0, 128)"


def test_pictures_are_left_alone(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    put_theme(page, system, "dark")
    frame = opened(system, page, NEWS)
    assert style(frame, "#m-image", "filter") == "none"
    assert "url(" in style(frame, "#m-picture", "backgroundImage")
    assert style(frame, "#m-picture", "color") == "rgb(18, 52, 86)", "as it was meant for it"


def test_a_switch_shows_the_original_colours(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob")
    frame = opened(system, page, NEWS)
    expect(page.get_by_role("link", name="Original colours")).to_have_count(0)
    put_theme(page, system, "dark")
    page.reload()
    expect(frame.locator("td.card")).to_have_css("background-color", PAGE)
    page.locator(".tools").get_by_role("link", name="Original colours").click()
    expect(frame.locator("td.card")).to_have_css("background-color", DAY)
    expect(frame.locator("h1")).to_have_css("color", "rgb(0, 0, 128)")
    page.locator(".tools").get_by_role("link", name="Night colours").click()
    expect(frame.locator("td.card")).to_have_css("background-color", PAGE)


def test_all_of_it_can_be_read_without_scripts(system: System, sign_in: SignIn) -> None:
    page = sign_in("bob", java_script_enabled=False)
    put_theme(page, system, "dark")
    frame = opened(system, page, f"{NEWS}{FILLER}<p id=end>End</p>")
    box = page.locator("iframe.frame").bounding_box()
    assert box and box["height"] > 300
    expect(frame.locator("td.card")).to_have_css("background-color", PAGE)
    frame.locator("#m-end").scroll_into_view_if_needed()
    expect(frame.locator("#m-end")).to_be_in_viewport()
    page.locator(".tools").get_by_role("link", name="Original colours").click()
    expect(frame.locator("td.card")).to_have_css("background-color", DAY)


def test_keys_work_while_the_focus_is_in_the_message(system: System, window: Page) -> None:
    page = window
    frame = opened(system, page, "<p>Words</p>")
    until(lambda: is_whole(page), "it is fitted")
    frame.locator("p").click()
    page.keyboard.press("u")
    expect(page.locator("#letter[data-uid]")).to_have_count(0)


def test_it_is_printed_alone_and_whole(system: System, window: Page) -> None:
    refused: list[str] = []
    window.on("console", lambda said: refused.append(said.text) if "print" in said.text else None)
    for by in ("key", "key in the message", "link"):
        frame = opened(system, window, f"{NEWS}{FILLER}<p id=end>End</p>")
        until(lambda: is_whole(window), "it is fitted")
        if by == "link":
            window.get_by_role("button", name="More actions").click()
            window.get_by_role("link", name="Print as designed").click()
        else:
            (frame.locator("h1") if "message" in by else window.locator("#subject")).click()
            window.keyboard.press("Control+p")
        printed = window.frame_locator("iframe#printed")
        expect(printed.locator("[data-head]").first).to_contain_text("From: a@far.example")
        expect(printed.locator("#m-end")).to_have_text("End")
        assert refused == [] and window.url.endswith("/"), by


def test_it_is_printed_in_the_colours_of_day(system: System, window: Page) -> None:
    put_theme(window, system, "dark")
    window.goto(f"{system.url}{put(system, NEWS)}print/")
    expect(window.locator("td.card")).to_have_css("background-color", DAY)
    assert "Designed" in paper(window)[0]
