"""Names of content transfer encodings: those of RFC 2045 §6.1, and what mailers mean by others.

BINARY undoes those that are ``KNOWN`` by their own names only (RFC 3516 §4.3); what people read,
and what is searched, goes by what was ``meant``.
"""

from __future__ import annotations

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
KNOWN = IDENTITY | {"base64", "quoted-printable"}
UUENCODE = "x-uuencode"

_MEANT = {
    **dict.fromkeys(("7-bit", "7bits", "7-bits", "us-ascii", "ascii"), "7bit"),
    **dict.fromkeys(("8-bit", "8bits", "8-bits", "utf-8", "utf8", "none", "plain"), "8bit"),
    **dict.fromkeys(("base-64", "x-base64", "b64"), "base64"),
    **dict.fromkeys(
        ("quotedprintable", "quoted_printable", "x-quoted-printable", "qp"), "quoted-printable"
    ),
    **dict.fromkeys(("uuencode", "uuencoded", "uu", "uue", "x-uue", "x-uuencoded"), UUENCODE),
}


def canonical_name(encoding: str) -> str:
    """What an encoding's name stands for; one that means nothing to us stays what it is."""
    name = encoding.strip().lower()
    return _MEANT.get(name, name)
