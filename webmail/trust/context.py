"""What the pages say about whom to trust."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest

from webmail.mail import Folder, OpenedMessage
from webmail.pages.folders import mail_of

from .authenticity import Authenticity, authenticity_of
from .known_people import known_people_of
from .warnings import warnings_of


@dataclass(frozen=True, slots=True)
class Trust:
    """The quiet line, where our server found something out, and warnings."""

    line: Authenticity | None = None
    warnings: list[str] = field(default_factory=list)


def trust_of(request: HttpRequest, folder: Folder, opened: OpenedMessage) -> Trust:
    """Of a message as it is opened; nothing of what the reader wrote."""
    if folder.role in ("sent", "drafts"):
        return Trust()
    people = known_people_of(request)
    found = authenticity_of(opened)
    return Trust(found, warnings_of(mail_of(request), opened, people, found))
