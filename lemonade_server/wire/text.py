"""Readable text out of mail: charsets, encoded words, transfer encodings, and its folded form.

Nothing here raises on any octets. What comes out holds no NUL and no lone surrogate, so every
database takes it.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from codecs import getincrementaldecoder
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import lru_cache

from lemonade_server.wire import base64_data, uuencode
from lemonade_server.wire.encoding_names import KNOWN, UUENCODE, canonical_name
from lemonade_server.wire.mime import Part
from lemonade_server.wire.parameters import parameter

# --- charsets -----------------------------------------------------------------------------------

# Names that mailers use and Python does not know, and those that in practice mean a larger set
# (as browsers read them: https://encoding.spec.whatwg.org/#names-and-labels).
_CHARSETS = {
    "": "ascii",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x_gbk": "gb18030",
    "iso_8859_1": "cp1252",
    "latin_1": "cp1252",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_6_i": "iso8859_6",
    "ks_c_5601": "cp949",
    "euc_kr": "cp949",
    "windows_874": "cp874",
    "windows_949": "cp949",
    "windows_31j": "cp932",
    "shift_jis": "cp932",
    "x_sjis": "cp932",
    "x_mac_roman": "mac_roman",
    "utf_8_mac": "utf_8",
    "unicode_1_1_utf_7": "utf_7",
}
_GUESSED = frozenset({"ascii", "utf_8", "utf_8_sig"})
_NOT_CHARSETS = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
    | {"idna", "punycode", "mbcs", "oem", "raw_unicode_escape", "unicode_escape", "undefined"}
)
_KNOWN = (
    frozenset(aliases.values())
    | {"cp737", "cp856", "cp874", "cp875", "cp1006", "cp720"}
    | {"koi8_t", "koi8_u", "utf_8_sig", "mac_farsi", "mac_romanian"}
) - _NOT_CHARSETS
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


# Names of charsets to write in that Python knows under another one: exactly these, no larger set.
_WRITTEN = {
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_6_i": "iso8859_6",
    "windows_874": "cp874",
    "windows_949": "cp949",
    "windows_31j": "cp932",
    "x_gbk": "gbk",
    "x_sjis": "shift_jis",
}


def _normal(charset: str) -> str:
    """A charset's name as the tables have it; empty for one that is no name."""
    try:
        return normalize_encoding(charset[:64].strip().strip("\"'")).lower()
    except UnicodeError:
        return ""


@lru_cache(maxsize=256)
def reading_codec(charset: str) -> str | None:
    """The codec to read what is labelled with a charset, None when we know none.

    Only names of our tables are tried.
    """
    name = _normal(charset)
    for found in (_CHARSETS.get(name), aliases.get(name), name):
        if found is not None:
            codec = _CHARSETS.get(found, found)
            if codec in _KNOWN:
                return codec
    return None


@lru_cache(maxsize=256)
def writing_codec(charset: str) -> str | None:
    """The codec that writes a charset and nothing beyond it, None when we know none."""
    name = _normal(charset)
    found = _WRITTEN.get(name) or aliases.get(name, name)
    return found if found in _KNOWN else None


def is_guessed(charset: str) -> bool:
    """Whether ``decode`` looks at the octets, since the label says nothing or too little."""
    codec = reading_codec(charset[:64])
    return codec is None or codec in _GUESSED


def is_charset(name: str) -> bool:
    """Whether we know a charset of that name."""
    return reading_codec(name[:64]) is not None


def decode(data: bytes, charset: str) -> str:
    """Text of octets in a charset. A charset that is unknown, or ASCII that is not, is guessed."""
    codec = reading_codec(charset[:64])
    if codec is None or codec in _GUESSED:
        return guess(data)
    try:
        return clean(data.decode(codec, "replace"))
    except (UnicodeError, LookupError):  # a few stateful codecs raise in spite of "replace"
        return guess(data)


def guess(data: bytes) -> str:
    """UTF-8 when it is, or was but for a few octets; else Windows-1252, which holds Latin-1."""
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if not data[: error.start].isascii():
            return clean(data.decode("utf-8", "replace"))
        return clean(data.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """The text without NUL; what can't be stored becomes U+FFFD."""
    if text.isascii() and "\0" not in text:  # most texts, and much the faster question
        return text
    return _UNSTORABLE.sub("\ufffd", text.replace("\0", ""))


# --- bodies -------------------------------------------------------------------------------------

_NOT_BASE64 = bytes(
    octet
    for octet in range(256)
    if octet not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
)


def base64(data: bytes) -> bytes:
    """Base64 decoded as far as it goes: other octets are passed over, any piece may be cut."""
    decoded: list[bytes] = []
    for digits in data.translate(None, _NOT_BASE64).split(b"="):
        if digits:
            whole = digits[:-1] if len(digits) % 4 == 1 else digits
            decoded.append(binascii.a2b_base64(whole + b"=="))
    return b"".join(decoded)


_LINE_END_BLANKS = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n|\Z)")
_BLANK_ENDS = (b" \r\n", b"\t\r\n", b" \n", b"\t\n")


def quoted_printable(data: bytes) -> bytes:
    """Quoted-printable decoded; what is no escape stays as it is.

    Blanks at the end of a line were added on the way and go (RFC 2045 §6.7 (3)), also those behind
    the ``=`` of a soft line break.
    """
    if data.endswith((b" ", b"\t")) or any(end in data for end in _BLANK_ENDS):
        data = _LINE_END_BLANKS.sub(b"", data)
    return binascii.a2b_qp(data)


def transfer_decode(data: bytes, encoding: str) -> bytes:
    """A body without its transfer encoding; an unknown one leaves it as it is (RFC 2045 §6)."""
    if encoding == "base64":
        return base64_data.decode(data)
    if encoding == "quoted-printable":
        return quoted_printable(data)
    return data


def decode_body(data: bytes, encoding: str, charset: str) -> str:
    """The text of a text part's body, line ends as LF. ``encoding`` as a mailer named it."""
    return decode_text(transfer_meant(data, encoding), charset)


def transfer_meant(data: bytes, encoding: str) -> bytes:
    """A body without the encoding that was meant: see ``transfer_encodings``."""
    name = canonical_name(encoding)
    return uuencode.decode(data) if name == UUENCODE else transfer_decode(data, name)


def decode_exactly(data: bytes, encoding: str, charset: str, cut: bool = False) -> str:
    """The same, but empty where the encoding or the charset is not known, or the octets are none of
    that charset. ``cut``: they may end within a character.
    """
    codec = reading_codec(charset) if charset else "utf-8"
    if codec is None or canonical_name(encoding) not in (*KNOWN, UUENCODE):
        return ""
    try:
        made = getincrementaldecoder(codec)().decode(transfer_meant(data, encoding), not cut)
    except (UnicodeError, LookupError):
        return decode_body(data, encoding, charset) if not charset else ""
    return clean(made.replace("\r\n", "\n").replace("\r", "\n"))


def decode_text(data: bytes, charset: str) -> str:
    """The text of octets that bear no transfer encoding any more, line ends as LF."""
    text = decode(data, charset)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# --- header values ------------------------------------------------------------------------------

_ENCODED_WORD = re.compile(rb"=\?([^?\s]++)\?([bBqQ])\?([^?]*+)\?=")


def decode_words(value: bytes) -> str:
    """A header value as text (RFC 2047). Raw 8-bit octets are taken as UTF-8, else Latin-1.

    Neighbours in one charset are joined before they are decoded, since many mailers cut
    characters in two.
    """
    if b"=?" not in value:
        return guess(value)
    pieces: list[str] = []
    charset, octets = "", bytearray()
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        between = value[position : match.start()]
        position = match.end()
        name = match.group(1).partition(b"*")[0].decode("latin-1").lower()  # RFC 2231 §5: language
        joined = bool(octets) and not between.strip()
        if not (joined and name == charset):
            pieces.append(decode(bytes(octets), charset))
            octets.clear()
            if not joined:
                pieces.append(guess(between))
        charset = name
        coded = match.group(3)
        octets += base64(coded) if match.group(2) in b"bB" else binascii.a2b_qp(coded, header=True)
    pieces.append(decode(bytes(octets), charset))
    pieces.append(guess(value[position:]))
    return "".join(pieces)


def filename(part: Part) -> str:
    """The name a part wants to be saved under, "" without one (RFC 2183 §2.3, RFC 2231)."""
    found = parameter(part.disposition[1], "filename") if part.disposition else None
    found = found or parameter(part.params, "name")
    if found is None:
        return ""
    return parameter_text(*found)


def parameter_text(value: str, charset: str) -> str:
    """What ``parameters.parameter`` has found, as text."""
    octets = value.encode("latin-1")
    return decode(octets, charset) if charset else decode_words(octets)


# --- i;unicode-casemap --------------------------------------------------------------------------


class _Titles(dict[int, str]):
    """Code point -> simple titlecase, learned as met. Special casings of more than one are not."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        title = char.title()
        self[point] = title = title if len(title) == 1 else char
        return title


_TITLES = _Titles()


def casemap(text: str) -> str:
    """The text prepared for i;unicode-casemap (RFC 5051 §2): titlecase, then full decomposition."""
    if text.isascii():
        return text.upper()
    return unicodedata.normalize("NFKD", text.translate(_TITLES))
