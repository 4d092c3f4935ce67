"""All attachments of a message as one ZIP, made while it is sent, a piece at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.mail import MessagePart, NotFound, OpenedMessage, session
from webmail.pages.page import email_of, mail_page
from webmail.transfer.streaming import file_name, file_response, in_blocks
from webmail.transfer.zip_stream import LEVEL, ZipStream

from .message import open_unmarked

log = logging.getLogger(__name__)
LARGE = 3_000_000_000  # octets, as encoded, from which on a plain ZIP might be too small for it
PACKED = ("image/", "video/", "audio/", "application/zip", "application/pdf", "application/gzip")


@mail_page
@require_safe
def archive(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The ZIP; ``?inside=2``: of the message that this part is. Raises NotFound."""
    opened = open_unmarked(request, name, uid)
    if not opened.attachments:
        raise NotFound(gettext("Nothing is attached to this message."))
    label = file_name(f"{opened.subject or gettext('attachments')}.zip")
    log.info("%s saves %d attachments as one file", email_of(request), len(opened.attachments))
    octets = in_blocks(zip_octets(email_of(request), opened))
    return file_response(request, label, "application/zip", octets)


def zip_octets(email: str, opened: OpenedMessage) -> Iterator[bytes]:
    """The attachments one after the other, each fetched as it is read."""
    made = ZipStream()
    when = opened.date.astimezone(UTC)
    names = unique_names(opened.attachments)
    for part, name in zip(opened.attachments, names, strict=True):
        with session(email) as mail:
            stream = mail.part(opened.folder, opened.uid, part.section)
        level = 0 if part.type.startswith(PACKED) else LEVEL
        yield made.begin(name, when, is_large=part.size >= LARGE, level=level)
        for octets in stream.chunks():
            yield made.write(octets)
        yield made.end()
    yield from made.finish()


def unique_names(parts: list[MessagePart]) -> list[str]:
    """A name of its own for each, on systems that don't tell capitals apart, too."""
    taken: set[str] = set()
    names = []
    for part in parts:
        name = file_name(part.label)
        stem, dot, extension = name.rpartition(".")
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{stem} ({number}).{extension}" if dot else f"{extension} ({number})"
        taken.add(name.lower())
        names.append(name)
    return names
