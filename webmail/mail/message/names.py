"""Which name may stand for an address: none that looks like another address, or like nothing."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\s<>()\[\]{}\"',;:“”„‘’«»]*@[^\s<>()\[\]{}\"',;:“”„‘’«»]*")
_SHOWN = "LNSP"  # letters, numbers, symbols, punctuation
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that nothing is seen of."""


def is_telling(name: str, address: str) -> bool:
    """Whether a name can be shown in place of its address."""
    if not any(c not in _BLANK and unicodedata.category(c)[0] in _SHOWN for c in name):
        return False
    meant = address.casefold()
    plain = unicodedata.normalize("NFKC", name).casefold()
    return all(word.strip(".") == meant for word in _WORD.findall(plain))


def is_right_to_left(text: str) -> bool:
    """Whether a text can turn round the order of what stands beside it."""
    return any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
