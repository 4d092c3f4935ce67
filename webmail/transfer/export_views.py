"""Mail as a file to save."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from webmail.mail import Folder, MailError, Refused, own_session
from webmail.models import MailTransfer
from webmail.pages.folders import find_folder, tree_of
from webmail.pages.page import email_of, mail_page
from webmail.people.identities import account_of

from .exports import FORMATS, ExportedFile, export
from .streaming import file_response

log = logging.getLogger(__name__)
State = MailTransfer.State
MOST = 3  # of one person at a time
ALIVE = timedelta(seconds=60)  # an export that said nothing for so long has ended
NOTED = 1.0  # seconds between two notes of how far it is


@mail_page
@require_POST
def export_mail(request: HttpRequest) -> HttpResponseBase:
    """All mail, or a folder, as one file that is made while it is sent. Raises Refused."""
    form, name = request.POST.get("format", ""), request.POST.get("folder", "")
    if form not in FORMATS:
        raise Refused(gettext("Choose what kind of file it is to be."))
    tree = [folder for folder in tree_of(request) if folder.selectable]
    own = [folder for folder in tree if not folder.prefix]
    folders = [find_folder(tree, name)] if name else own
    row = _begin(request, name, sum(folder.messages for folder in folders))
    made = _file(email_of(request), folders, form, row)
    file = next(made)
    assert isinstance(file, ExportedFile)
    return file_response(request, file.name, file.type, _octets(made))


def _begin(request: HttpRequest, name: str, total: int) -> MailTransfer:
    account = account_of(request)
    alive = MailTransfer.objects.filter(
        account_id=account.pk, is_export=True, state=State.WORKING, lease_until__gt=timezone.now()
    )
    if alive.count() >= MOST:
        raise Refused(gettext("Other exports are still going on. Wait until one has ended."))
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    row = MailTransfer(
        id=key,
        account_id=account.pk,
        language=get_language() or "en",
        is_export=True,
        folder=name,
        name=name[:255],
        state=State.WORKING,
        total=total,
        lease_until=timezone.now() + ALIVE,
    )
    try:
        row.save(force_insert=True)
    except IntegrityError:
        row.pk = uuid.uuid4()
        row.save(force_insert=True)
    return row


def _file(
    email: str, folders: list[Folder], form: str, row: MailTransfer
) -> Iterator[ExportedFile | bytes]:
    """The file, and then its octets; the row is told how far it is, and how it ended."""
    noted = time.monotonic()

    def tell(done: int) -> None:
        nonlocal noted
        row.done = done
        if time.monotonic() - noted >= NOTED:
            noted = time.monotonic()
            _note(row, State.WORKING)

    state, words = State.FAILED, gettext("It was ended before all was there.")
    try:
        with own_session(email) as session:
            file = export(session, folders, form, tell)
            yield file
            yield from file.pieces
        state, words = State.DONE, gettext("Exported.")
    except MailError as error:
        words = str(error)
        raise
    finally:
        row.text = words
        _note(row, state)
        log.info("export of %s: %d messages, %s", email, row.done, state)


def _note(row: MailTransfer, state: str) -> None:
    MailTransfer.objects.filter(pk=row.pk).update(
        state=state, done=row.done, text=row.text, lease_until=timezone.now() + ALIVE
    )


def _octets(made: Iterator[ExportedFile | bytes]) -> Iterator[bytes]:
    for piece in made:
        assert isinstance(piece, bytes)
        yield piece
