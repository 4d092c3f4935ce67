"""One step of somebody's mail, in a session of its own as each page has one."""

from __future__ import annotations

from webmail import mail
from webmail.mail import PartStream
from webmail.models import Outbox
from webmail.outgoing import outbox
from webmail.outgoing.draft import Draft


def send(email: str, draft: Draft) -> Outbox:
    """Press Send."""
    with mail.session(email) as session:
        return outbox.send(session, draft)


def part_stream(email: str, folder: str, uid: int, section: str) -> PartStream:
    """A part to save."""
    with mail.session(email) as session:
        return session.part(folder, uid, section)


def source_stream(email: str, folder: str, uid: int) -> PartStream:
    """A whole message to save."""
    with mail.session(email) as session:
        return session.source(folder, uid)
