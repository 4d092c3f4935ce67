"""The colours of a message at night, as they are reckoned; that they are seen is tested in e2e."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.html import colours, frame, night
from webmail.html.colours import Colour, contrast, parse
from webmail.html.css import Rewriting, style_attribute, style_sheet
from webmail.html.night import Night

HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
CONTEXT = {"": 0, "--isw": 1, "--isk": 2}  # which of the colours of words a ground asks for


def colour(text: str) -> Colour:
    found = parse(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("#ABC", "#aabbcc"),
        ("rebeccapurple", "#663399"),
        ("hsl(120 100% 50%)", "#00ff00"),
        ("rgb(100%, 0%, 0%)", "#ff0000"),
        ("hwb(240 0% 0%)", "#0000ff"),
        ("oklch(0.628 0.2577 29.23)", "#ff0000"),
        ("oklab(1 0 0)", "#ffffff"),
        ("lab(100% 0 0)", "#ffffff"),
        ("lch(0% 0 0)", "#000000"),
        ("WindowText", "#000000"),
        ("color(srgb 0 1 0)", "#00ff00"),
    ],
)
def test_every_way_to_write_a_colour_is_read(text: str, same: str) -> None:
    assert str(colour(text)) == same


@pytest.mark.parametrize(
    "text", ["currentcolor", "inherit", "x", "#12345", "rgb(nan 0 0)", "", "("]
)
def test_what_is_no_colour_is_none(text: str) -> None:
    assert parse(text) is None


@given(HEX)
def test_a_colour_is_written_as_it_was_read(text: str) -> None:
    assert str(colour(text)) == text


@given(HEX, HEX)
def test_words_can_be_read_on_every_ground(ink: str, paper: str) -> None:
    """Whatever rules bring the two together: 4.5:1 (WCAG 2.2 AA)."""
    kind = night.kind_of_ground(paper)
    words = night.words(ink)
    assert words is not None
    assert contrast(colour(words[CONTEXT[kind]]), colour(night.ground(paper, kind))) >= 4.5


@given(HEX, HEX, HEX)
def test_words_can_be_read_on_all_of_a_gradient(ink: str, one: str, other: str) -> None:
    turned = dict(Night().turn("background-image", f"linear-gradient({one},{other} 50%)"))
    kind = next((flag for flag in night.FLAGS if turned[flag] == " "), "")
    words = night.words(ink)
    assert words is not None
    for day in (one, other):
        assert contrast(colour(words[CONTEXT[kind]]), colour(night.ground(day, kind))) >= 4.5


@given(HEX)
def test_a_brand_is_known_by_its_hue(text: str) -> None:
    day = colour(text)
    kind = night.kind_of_ground(text)
    if kind:
        after = colour(night.ground(text, kind))
        # What the screen can't show so dark loses chroma, and with it some of the hue.
        turn = abs(after.hue - day.hue) % 6.2832
        assert min(turn, 6.2832 - turn) < 0.35 and after.chroma > 0.03


@pytest.mark.parametrize(
    "brand", ["#1a73e8", "#e4002b", "#ffcc00", "#ff6600", "#0a66c2", "#25d366"]
)
def test_brands_stay_nearly_what_they_are(brand: str) -> None:
    after = colour(night.ground(brand, night.kind_of_ground(brand)))
    assert abs(after.lightness - colour(brand).lightness) < 0.13


def test_paper_is_the_pages_and_dark_mail_stays_dark() -> None:
    assert night.ground("#fff", "") == night.PAPER
    assert night.ground("#111", night.kind_of_ground("#111")) == "#111111"
    assert night.words("#eee") == ("#eeeeee", "#f4f4f4", "#383838")
    assert colour(night.ground("#f4f4f7", "")).luminance < 0.03


def style(text: str, scheme: str = "dark") -> str:
    return style_attribute(text, Rewriting(lambda address: address, Night().turn, scheme))


def test_what_a_declaration_becomes() -> None:
    assert style("color:#333!important").startswith("--c:#333 !important;--n:")
    assert style("color:inherit") == "--c:inherit;--n:inherit;--w:inherit;--k:inherit"
    assert style("color:no-colour") == ""
    assert style("background:transparent").endswith("--isw:inherit;--isk:inherit;--iso:inherit")
    assert "--isk: ;" in style("background:#fc0")
    assert style("border:1px solid #ddd") == "border:1px solid light-dark(#ddd,#3b3b3b)"
    assert "url(" in style("background:url(/inline/x) #abc") and "#abc" in style(
        "background:url(/inline/x) #abc"
    )
    assert "--iso: " in style("background-image:url(/inline/x)")
    assert style("font-size:12px;--c:red;--isk:x") == "font-size:12px"
    assert style("color:rgba(0,0,0,0)").startswith("--c:rgba(0,0,0,0);--n:transparent")


def test_the_scheme_of_the_page_decides_not_the_browsers() -> None:
    sheet = "@media (prefers-color-scheme:dark){p{margin:1px}}"
    sheet += "@media screen and (prefers-color-scheme: light){p{margin:2px}}"

    def shown(scheme: str) -> list[bool]:
        turned = style_sheet(sheet, Rewriting(lambda address: address, Night().turn, scheme))
        return [f"(min-width:0){{p{{margin:{number}px}}" in turned for number in (1, 2)]

    assert shown("dark") == [True, False] and shown("light") == [False, True]
    assert "prefers-color-scheme:dark" in style_sheet(
        sheet, Rewriting(lambda address: address, Night().turn, "light dark")
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("min-height:100vh;padding:3vmin", ""),
        ("width:3000px;min-width:50in", ""),
        ("width:600px", "width:600px"),
        ("margin:-40px auto -1.5em", "margin:0 auto 0"),
        ("margin-left:-100%", "margin-left:0"),
        ("padding:8px 40px", "padding:8px min(40px,5vw)"),
        ("position:fixed;top:0;z-index:9", ""),
    ],
)
def test_styles_that_fight_the_page_are_tamed(text: str, left: str) -> None:
    assert style(text, "light") == left


def test_queries_for_the_height_of_the_view_are_never_true() -> None:
    sheet = "@media (min-height:1px){p{margin:0}} @media (orientation:portrait){p{margin:1px}}"
    turned = style_sheet(sheet, Rewriting(lambda address: address, Night().turn, "light"))
    assert "height" not in turned and "(min-width:0){p{margin:1px}}" in turned


def test_attributes_of_colour_are_weaker_than_style_sheets() -> None:
    html = '<table bgcolor="ffffff"><tr><td bgcolor=" #ffcc00 "><font color=red>x</font></table>'
    shown = frame(html, lambda cid: None, remote=False, scheme="dark").html
    assert re.search(r':where\(\[bgcolor="#ffcc00"\]\)\{background-color:[^}]*--isk: ;', shown)
    assert ':where([bgcolor="ffffff"]){background-color:light-dark(#ffffff,#181b1a)' in shown
    assert ':where(font[color="red"]){--c:red;' in shown


def test_by_day_a_message_is_as_it_was_written() -> None:
    html = '<p style="color:#333;background:#fc0">x</p>'
    shown = frame(html, lambda cid: None, remote=False).html
    assert '<p style="color:#333;background:#fc0">x</p>' in shown and "--c" not in shown


@pytest.mark.parametrize(
    "bomb",
    [
        "".join(f'<p style="color:#{n:06x};background:#{n * 7:06x}">' for n in range(40_000)),
        "".join(f"<td bgcolor=#{n:06x} color=#{n * 5:06x}>" for n in range(40_000)),
        "".join(f"<p style=background:oklch({n / 9000}_0.1_{n})>" for n in range(9_000)).replace(
            "_", " "
        ),
    ],
)
def test_no_bomb_of_colours_takes_long(bomb: str) -> None:
    started = time.process_time()
    frame(bomb, lambda cid: None, remote=False, scheme="light dark")
    assert time.process_time() - started < 10


def test_colours_past_counting_are_told_apart_roughly() -> None:
    assert colours.coarse("#fefefe") == "#ffffff" and colours.coarse("x") == "x"
