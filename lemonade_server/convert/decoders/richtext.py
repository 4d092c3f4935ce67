"""Rich Text Format as text."""

from __future__ import annotations

from typing import BinaryIO

from striprtf.striprtf import rtf_to_text

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult

from . import texts

LONGEST = 33_554_432  # octets
_BEGIN = b"{\\rtf"


def to_text(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """The words, a paragraph a line. Raises Refused for what is too long or is no RTF."""
    octets = given.read(LONGEST + 1)
    if len(octets) > LONGEST:
        raise ConversionRefused("the document is too long")
    if not octets.lstrip().startswith(_BEGIN):
        raise ConversionRefused("the document is broken")
    # All octets of RTF are ASCII; those of careless writers are taken as most of them mean them.
    words = rtf_to_text(octets.decode("cp1252", "replace"), errors="replace")
    lines = (line.rstrip() + "\r\n" for line in _join(words).strip("\n").split("\n"))
    return texts.write(job, lines, made)


def _join(words: str) -> str:
    """With the halves of surrogate pairs, which RTF gives one by one, made into characters."""
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
