"""Text from one charset into another (RFC 5259 §7.1), piece by piece."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult
from lemonade_server.wire import text

CHUNK = 1_048_576
_REPLACED = "lemonade-replaced"


def recode(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """The same text in another charset; what the source's own charset can't be is U+FFFD."""
    return write(job, _read(given, job.charset), made)


def write(job: Job, pieces: Iterable[str], made: BinaryIO) -> JobResult:
    """Write text in the charset that was asked for, UTF-8 if none was. Raises Refused."""
    charset = job.params.get("charset", "utf-8")
    codec = text.writing_codec(charset)
    assert codec is not None  # the parameters were checked
    encoder = codecs.getincrementalencoder(codec)(_errors(job))
    lines, has_nul = 0, False
    try:
        for piece in _and_last(pieces):
            octets = encoder.encode(text.clean(piece), final=not piece)
            lines += octets.count(b"\n")
            has_nul = has_nul or b"\0" in octets
            made.write(octets)
    except UnicodeEncodeError as error:
        raise ConversionRefused(
            f"the text has characters that {charset} has not", [("charset", charset)]
        ) from error
    return JobResult([("charset", charset)], lines, has_nul)


def _and_last(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces that are not empty, and an empty one as the last."""
    yield from filter(None, pieces)
    yield ""


def _errors(job: Job) -> str:
    """The codecs' way with characters that the charset has not."""
    replacement = job.params.get("unknown-character-replacement")
    if replacement is None:
        return "strict"

    def replaced(error: UnicodeError) -> tuple[str | bytes, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        return replacement * (error.end - error.start), error.end

    codecs.register_error(_REPLACED, replaced)
    return _REPLACED


def _read(given: BinaryIO, charset: str) -> Iterator[str]:
    codec = _guess_charset(given) if text.is_guessed(charset) else text.reading_codec(charset)
    assert codec is not None  # a charset that is unknown is guessed
    decoder = codecs.getincrementaldecoder(codec)("replace")
    first = True
    while True:
        octets = given.read(CHUNK)
        piece = decoder.decode(octets, final=not octets)
        yield piece.removeprefix("\ufeff") if first else piece
        first = first and not piece
        if not octets:
            return


def _guess_charset(given: BinaryIO) -> str:
    """As ``text.guess`` does, without holding it all: UTF-8, or what most likely is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_utf8 = False
    codec = "utf-8"
    try:
        while octets := given.read(CHUNK):
            has_utf8 = not decoder.decode(octets).isascii() or has_utf8
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        has_utf8 = has_utf8 or not error.object[: error.start].isascii()
        codec = "utf-8" if has_utf8 else "cp1252"
    given.seek(0)
    return codec
