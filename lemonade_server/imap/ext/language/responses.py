"""Lines for people, and the names of namespaces, in a language (RFC 5255 §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations

from lemonade_server.imap.ext.language.texts import PREFIXES, TEXTS
from lemonade_server.languages import catalogue

RESPONSE = re.compile(rb"((?:OK|NO|BAD|BYE) (?:\[[^\]]*\] )?)(.*)", re.DOTALL)
COMPLETED = re.compile(r"([A-Z ]+) completed")
_KNOWN = frozenset(TEXTS)


def translate(line: bytes, language: str) -> bytes:
    """A whole ``OK [code] text``, NO, BAD or BYE, in UTF-8 (§3.2)."""
    parts = RESPONSE.fullmatch(line)
    if parts is None:
        return line
    text = parts[2].decode("utf-8", "replace")
    return parts[1] + _translation(text, catalogue(language), line.startswith(b"BAD ")).encode()


def _translation(text: str, words: NullTranslations, bad: bool) -> str:
    """A text, or as it is. ``bad``: it says why a command is BAD."""
    if text in _KNOWN:
        return words.gettext(text)
    done = COMPLETED.fullmatch(text)
    if done is not None:
        return words.gettext("%(command)s completed") % {"command": done[1]}
    return words.gettext("Not understood: %(text)s") % {"text": text} if bad else text


def prefixes(language: str) -> Mapping[str, str]:
    """The prefixes of namespaces as they are shown."""
    words = catalogue(language)
    return {prefix: f"{words.gettext(name)}/" for prefix, name in PREFIXES.items()}
