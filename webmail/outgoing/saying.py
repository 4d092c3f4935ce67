"""What is kept of a message on its way is said later, in the language of whoever reads it then.

A worker knows no reader. It keeps the English words that the catalogues translate, and apart from
them what is put into them; both are text or, in JSON, ``[words, values]``.
"""

from __future__ import annotations

import json

from django.utils.translation import gettext

DEEPEST = 3
"""Sayings within one another."""


def keep(words: str, /, **values: str) -> str:
    """The form to be stored. ``words`` stand in ``gettext_noop``; a value may be a kept saying."""
    return json.dumps([words, values], ensure_ascii=False)


def say(kept: str, depth: int = DEEPEST) -> str:
    """It in the reader's language. What is no saying is its own words, translated if they are
    known.
    """
    if not kept.startswith("["):
        return gettext(kept) if kept else ""
    try:
        words, values = json.loads(kept)
        shown = {
            name: say(value, depth - 1) if depth and value.startswith("[") else _sentence(value)
            for name, value in values.items()
        }
        return gettext(words) % shown
    except (ValueError, TypeError, KeyError, AttributeError):
        return kept  # words of a server that look like it


def _sentence(value: str) -> str:
    """One of our own sentences is translated, an address or a server's words are not in it."""
    return gettext(value) if value else ""
