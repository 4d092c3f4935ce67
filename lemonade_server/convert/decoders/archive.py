"""Office documents are ZIP archives: how large they are is asked before they are unpacked."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from lemonade_server.convert.errors import ConversionRefused

MOST_OCTETS = 268_435_456
MOST_MEMBERS = 10_000


def open_checked(given: BinaryIO) -> zipfile.ZipFile:
    """The archive. Raises Refused. No member gives more octets than its entry says."""
    try:
        archive = zipfile.ZipFile(given)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        if given.seek(0) == 0 and given.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise ConversionRefused(
                "the document is encrypted, or of the formats before 2007"
            ) from error
        raise ConversionRefused("the document is broken") from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(each.file_size for each in members) > MOST_OCTETS:
        raise ConversionRefused("the document is too large when it is unpacked")
    if any(each.flag_bits & 1 for each in members):
        raise ConversionRefused("the document is encrypted")
    return archive
