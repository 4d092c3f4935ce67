"""What makes a template readable is not sent; what a reader sees is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from lemonade_server.project.templates import trim
from tests.processes import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\n", "<ul><li>a</li><li>b</li></ul>"),
        ("{% if a %}\n  <b>x</b>\n{% endif %}", "{% if a %}<b>x</b>{% endif %}"),
        ("<p>\n  {# why #}\n  <i></i>\n</p>", "<p>{# why #}<i></i></p>"),
        # beside words a line break is a space, as it is in HTML
        ("<p>one\n  two</p>", "<p>one two</p>"),
        ("<p>see\n  <a>this</a>\n  page</p>", "<p>see <a>this</a> page</p>"),
        ("<p>{{ a }}\n  {{ b }}\n  <a>c</a></p>", "<p>{{ a }} {{ b }} <a>c</a></p>"),
        # a space that stands on the line is meant
        ("<b>a</b> <b>c</b>", "<b>a</b> <b>c</b>"),
        ("<b>a</b> {% if c %} <i></i>{% endif %}", "<b>a</b> {% if c %} <i></i>{% endif %}"),
        # between attributes
        (
            '<a\n  href="x"\n  {% if a %}hidden{% endif %}\n>b</a>',
            '<a href="x" {% if a %}hidden{% endif %}>b</a>',
        ),
        ("<br\n/>", "<br/>"),
        # never touched
        ("<pre>\n a\n  <b>\n</b>\n</pre>", "<pre>\n a\n  <b>\n</b>\n</pre>"),
        (
            "<textarea rows=9>\n{{ a }}\n\n</textarea>\n<p>",
            "<textarea rows=9>\n{{ a }}\n\n</textarea><p>",
        ),
        ('<a title="one\n  two > three">\n</a>', '<a title="one\n  two > three"></a>'),
        ("<a {% if a > 1 %}b{% endif %}>\n</a>", "<a {% if a > 1 %}b{% endif %}></a>"),
        ("1 < 2\n  and {x}\n", "1 < 2 and {x}"),
        ("", ""),
        ("\n", ""),
    ],
)
def test_indentation_goes_and_spaces_stay(source: str, small: str) -> None:
    assert trim(source) == small
    assert trim(small) == small


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_ours_are_small_and_compile(path: Path) -> None:
    small = trim(path.read_text(encoding="utf-8"))
    engines["django"].from_string(small)
    outside = small if "<textarea" not in small and "<pre" not in small else ""
    assert "\n" not in outside and "  " not in outside


def test_what_a_page_is_filled_with_stays() -> None:
    template = engines["django"].from_string(trim("<p>\n  <b>{{ a }}</b>\n</p>"))
    assert template.render({"a": "two  spaces,\n a line"}) == "<p><b>two  spaces,\n a line</b></p>"


def test_templates_are_read_by_this_loader() -> None:
    template = get_template("webmail/reading/row.html")
    assert "\n" not in template.template.source  # type: ignore[attr-defined]
    get_template("admin/index.html")
