"""How names and addresses are compared, and found by the beginnings of their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Q

_BETWEEN = re.compile(r"[^\w]+")
MOST_WORDS = 6  # of a search that are looked at


def folded_text(text: str) -> str:
    """In small letters without accents, so that "jose" finds José."""
    apart = unicodedata.normalize("NFKD", text.replace("\0", "")).casefold()
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def address_key(address: str) -> str:
    """An e-mail address to be compared."""
    return address.strip().lower()[:254]


def search_text(texts: Iterable[str]) -> str:
    """What is searched of a row: each word after a space, addresses and domains also whole."""
    words: dict[str, None] = {}
    for text in filter(None, texts):
        whole = folded_text(text).split()
        domains = [each.rpartition("@")[2] for each in whole]
        words |= dict.fromkeys([*whole, *domains, *_BETWEEN.split(" ".join(whole))])
    return " " + " ".join(filter(None, words))


def begins(letters: str) -> Q:
    """Rows in which a word begins with each of the words that were typed."""
    found = Q()
    for word in folded_text(letters).split()[:MOST_WORDS]:
        found &= Q(search_text__contains=f" {word[:100]}")
    return found
