"""Internationalized domain names: the letters that people write and the ASCII that DNS knows.

As RFC 5891 wants it, with the mapping of UTS 46: what IDNA 2003 made another name of (ß, final
sigma and the two joiners) is a name of its own.
"""

from __future__ import annotations

import unicodedata

PREFIX = "xn--"
LONGEST_LABEL = 63  # octets
_OWN = frozenset("ßẞς\u200c\u200d")
_DOTS = str.maketrans("。．｡", "...")


def to_ascii(domain: str) -> str:
    """A domain as DNS knows it, in lower case. Raises ValueError for what is no name."""
    labels = domain.translate(_DOTS).split(".")
    if not all(labels[:-1]):
        raise ValueError("a part of the name is empty")
    return ".".join(_encode(label) for label in labels)


def forms(domain: str) -> list[str]:
    """The ways in which a domain may be written, in lower case: as it is, in ASCII, in letters."""
    name = domain.lower()
    if name.isascii() and PREFIX not in name:
        return [name]
    try:
        plain = to_ascii(name)
        letters = ".".join(_decode(label) for label in plain.split("."))
        letters.encode("utf-8")  # what could be no text at all
        if to_ascii(letters) != plain:
            return [name]  # it was not made from these letters
    except ValueError:
        return [name]
    return list(dict.fromkeys((name, plain, letters)))


def in_unicode(domain: str) -> str:
    """A domain as people write it, in lower case; as it is where it was made from no letters."""
    written = forms(domain)
    return next((each for each in written if not each.isascii()), written[0])


def _encode(label: str) -> str:
    if label.isascii():
        return label.lower()
    if not _OWN & set(label):
        return label.encode("idna").decode("ascii")  # UnicodeError is a ValueError
    # Letter by letter: a sigma that was written as a capital is never a final one.
    lower = unicodedata.normalize("NFC", "".join(letter.lower() for letter in label))
    code = PREFIX + lower.encode("punycode").decode("ascii")
    if len(code) > LONGEST_LABEL:
        raise ValueError("a part of the name is too long")
    return code


def _decode(label: str) -> str:
    if not label.startswith(PREFIX):
        return label
    return label.removeprefix(PREFIX).encode("ascii").decode("punycode")
