"""Characters that steer how a line is shown, and those that only look like nothing.

Joiners (U+200C, U+200D), the marks of bidirectional text, soft hyphens and the tags of an emoji's
flag are letters' business: words fall apart without them. Line ends, control characters and
overrides of the direction are not.
"""

from __future__ import annotations

import re

# C0, C1, line and paragraph separators, embeddings, overrides and isolates of the direction, the
# deprecated format characters, interlinear annotations.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]"
)
# What takes no room: a line of nothing else looks empty.
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_NOTHING = re.compile(f"[{INVISIBLE}\\s]*")


def has_controls(text: str) -> bool:
    """Whether a character of the text steers more than its own word."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def one_line(text: str) -> str:
    """The text on one line, single blanks between words, a blank for each control character.

    A text of invisible characters alone is empty.
    """
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
        if _NOTHING.fullmatch(text):
            return ""
    return " ".join(text.split())
