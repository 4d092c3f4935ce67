"""HTML as plain text for a reader: paragraphs, lists, tables, quotations and where links go."""

from __future__ import annotations

import re
from typing import BinaryIO

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult
from lemonade_server.wire import text
from lemonade_server.wire.html_layout import readable_text

from . import texts

LONGEST = 33_554_432  # octets

_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)


def to_text(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """The words of a page, laid out. Raises Refused for one that is too long."""
    octets = given.read(LONGEST + 1)
    if len(octets) > LONGEST:
        raise ConversionRefused("the page is too long")
    charset = job.charset
    if not charset and (found := _META.search(octets[:2048])):
        charset = found[1].decode("ascii")
    words = readable_text(text.decode(octets, charset)).replace("\n", "\r\n")
    return texts.write(job, [words, "\r\n"] if words else [], made)
