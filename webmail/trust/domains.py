"""Domains: which one was registered, how people see it, and which others look the same."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from webmail.mail import domain_in_unicode

LONGEST = 255  # characters of a domain that is looked at
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_DIGITS = str.maketrans("01i5", "oll5")
"""What is one letter to the eye: a nought and an o; a one, an l and, in capitals, an i."""


def domain_of(address: str) -> str:
    """What stands behind the @, in lower case and in letters."""
    host = address.rpartition("@")[2].strip().rstrip(".").lower()[:LONGEST]
    return domain_in_unicode(host)


@lru_cache(maxsize=4096)
def organization_of(domain: str) -> str:
    """The domain as it was registered: ``example.co.uk`` of ``a.b.example.co.uk``; an address of
    IP as it is.
    """
    if is_ip_address(domain):
        return domain
    found = _suffixes().privatesuffix(domain)
    if found and "." in found:
        return str(found)
    return ".".join(domain.split(".")[-2:])  # an unlisted ending: the rule "*" of the list


def is_ip_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_registrable(domain: str) -> bool:
    """Whether such a name can be registered by somebody, under a listed ending."""
    return bool(_known_suffixes().privatesuffix(domain))


def find_lookalike(domain: str, known: Iterable[str]) -> str:
    """One of the known organizations that a domain looks like and is not; "" for none."""
    own = organization_of(domain)
    shape = shape_of(own)
    return next((each for each in known if each != own and shape_of(each) == shape), "")


@lru_cache(maxsize=16_384)
def shape_of(domain: str) -> str:
    """What the eye sees: the same for two domains that are easily taken for each other.

    The letters of UTS 39 §4 that look like plain ones count as these, accents are left out.
    """
    plain = unicodedata.normalize("NFKD", domain.lower())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    if not letters.isascii():
        letters = "".join(_plain_characters().get(c, c) for c in letters)
    shape = letters.translate(_DIGITS)
    for pair, letter in _PAIRS:
        shape = shape.replace(pair, letter)
    return shape


@cache
def _plain_characters() -> dict[str, str]:
    """The plain letter or digit that a letter of another script looks like.

    The library's own module would keep its whole table, 18 MB: few letters of it are needed.
    """
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_bytes())
    out = {}
    for letter, others in table.items():
        if len(letter) == 1 and not letter.isascii():
            plain = (each["c"].lower() for each in others if each["c"].isascii())
            found = next((each for each in plain if each.isalnum() and len(each) == 1), "")
            if found:
                out[letter] = found
    return out


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _known_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
