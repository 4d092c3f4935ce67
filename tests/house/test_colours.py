"""The admin has the colours of the webmail: its style sheet is served alone and repeats them."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent.parent / "static"

IN_THE_ADMIN = {"accent": "green", "on-accent": "on-green", "accent-hover": "green-hover"}
"""Django has an accent of its own."""


def tokens(name: str) -> dict[str, str]:
    """The names of colours and what they are, each as it is told first."""
    colours: dict[str, str] = {}
    for token, value in re.findall(r"--([\w-]+): ([^;]+);", (STATIC / name).read_text("utf-8")):
        colours.setdefault(token, value)
    return colours


def test_the_colours_of_the_admin_are_those_of_the_webmail() -> None:
    ours, admins = tokens("webmail/pages/lemonade.css"), tokens("admin_lemonade.css")
    meant = {token: admins.get(IN_THE_ADMIN.get(token, token)) for token in ours}
    both = {token: value for token, value in meant.items() if value is not None}
    assert len(both) > 10
    assert both == {token: ours[token] for token in both}
