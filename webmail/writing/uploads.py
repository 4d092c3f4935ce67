"""Files that come piece by piece while somebody writes, kept on disk until their draft has them.

A piece counts once it is on disk: it is written behind what counts, synced, and then noted in the
row. What an interruption leaves behind that is written over.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from webmail.mail import MailError, NotFound, Refused, Upload, uploaded_name
from webmail.models import FileUpload
from webmail.transport.endpoint import message_limit

from .draft_layout import UPLOAD

log = logging.getLogger(__name__)
KEPT = timedelta(days=1)  # after the last piece
BLOCK = 262_144  # octets
MOST = 100  # files of one account that are not in a draft yet
MOST_MESSAGES = 4  # as many octets of one account as so many messages may have
BUSY = gettext_lazy("This file is being uploaded from another window.")
GONE = gettext_lazy("This file is not kept any more. Attach it again.")
ELSEWHERE = gettext_lazy("The file goes on from another place than was thought.")
TOO_LONG = gettext_lazy("More came than the file has. It was changed while it was uploaded.")


class UploadTooLarge(MailError):
    """It would not fit."""

    status = 413


class UploadElsewhere(MailError):
    """The piece does not begin where the file ends so far."""

    status = 409


class UploadBusy(MailError):
    """Another request writes it at this moment."""

    status = 423


def begin(
    account: AbstractBaseUser, form: str, name: str, kind: str, size: int, modified: int
) -> FileUpload:
    """Go on with this very file of the form, or begin it. Raises UploadTooLarge, Refused."""
    mine = FileUpload.objects.filter(account_id=account.pk)
    name, kind = uploaded_name(name)[:255], kind[:255] or "application/octet-stream"
    same = {"form": form, "name": name, "size": size, "modified": modified}
    if (known := mine.filter(**same).first()) and path_of(known).exists():
        return known
    if mine.count() >= MOST:
        raise Refused(gettext("Too many files wait to be sent. Send or throw away some first."))
    total = mine.aggregate(octets=Sum("size"))["octets"] or 0
    if total + size > MOST_MESSAGES * message_limit():
        raise UploadTooLarge(
            gettext("Too much waits to be sent already. Send or throw away some of it first.")
        )
    row = FileUpload(account_id=account.pk, type=kind, **same)
    folder = path_of(row).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path_of(row), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    _sync(folder)
    row.save()
    log.info("upload %s of %d octets begins", row.id, size)
    return row


def find(account: AbstractBaseUser, pk: uuid.UUID) -> FileUpload:
    """One's own. Raises NotFound."""
    row = FileUpload.objects.filter(account_id=account.pk, pk=pk).first()
    if row is None:
        raise NotFound(GONE)
    return row


def receive(row: FileUpload, offset: int, read: Callable[[int], bytes]) -> int:
    """Add what ``read`` gives to the file; how much there is of it now. What came before ``read``
    fails counts.

    Raises UploadElsewhere, UploadBusy, UploadTooLarge, NotFound, Refused.
    """
    try:
        with path_of(row).open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _refresh(row)
            if offset != row.received:
                raise UploadElsewhere(ELSEWHERE)
            file.seek(offset)
            try:
                _copy(file, read, row.size - offset)
            finally:
                row.received = min(file.tell(), row.size)
                file.flush()
                os.fsync(file.fileno())
                _note(row)
    except BlockingIOError:
        raise UploadBusy(BUSY) from None
    except FileNotFoundError:
        raise NotFound(GONE) from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Refused(gettext("The server has no room for files at the moment.")) from None
    return row.received


def _refresh(row: FileUpload) -> None:
    try:
        row.refresh_from_db()
    except FileUpload.DoesNotExist:  # removed from another window
        raise NotFound(GONE) from None


def _note(row: FileUpload) -> None:
    row.updated_at = timezone.now()
    now = {"received": row.received, "updated_at": row.updated_at}
    if not FileUpload.objects.filter(pk=row.pk).update(**now):
        raise NotFound(GONE)


def _copy(file: BinaryIO, read: Callable[[int], bytes], room: int) -> None:
    while block := read(BLOCK):
        if len(block) > room:
            raise UploadTooLarge(TOO_LONG)
        file.write(block)
        room -= len(block)


def whole_uploads(email: str, tokens: Iterable[str]) -> list[Upload]:
    """Those of a form's tokens that are whole, as parts of a draft."""
    rows = FileUpload.objects.filter(account__email=email, pk__in=_keys(tokens)).order_by(
        "created_at"
    )
    return [
        Upload(row.name, row.type, row.size, partial(_open, row), row.token)
        for row in rows
        if row.whole and path_of(row).exists()
    ]


def _open(row: FileUpload) -> BinaryIO:
    return cast(BinaryIO, path_of(row).open("rb"))


def _keys(tokens: Iterable[str]) -> list[uuid.UUID]:
    """Those that can be of a row, with the beginning of a token or without."""
    found = []
    for token in tokens:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(token.removeprefix(UPLOAD)))
    return found


def drop(email: str, uploads: Iterable[Upload]) -> None:
    """A draft has them, or they were sent."""
    keys = _keys(upload.alias for upload in uploads)
    for row in FileUpload.objects.filter(account__email=email, pk__in=keys):
        remove(row)


def remove(row: FileUpload) -> None:
    """Forget it with its octets."""
    path = path_of(row)
    row.delete()
    path.unlink(missing_ok=True)


def forget() -> None:
    """Remove what nobody went on with for a day, and octets that no row knows."""
    since = timezone.now() - KEPT
    for row in FileUpload.objects.filter(updated_at__lt=since):
        remove(row)
    with contextlib.suppress(FileNotFoundError):
        for path in Path(settings.WEBMAIL_UPLOADS).iterdir():
            is_old = path.stat().st_mtime < since.timestamp()
            if is_old and not FileUpload.objects.filter(pk__in=_keys([path.name])).exists():
                path.unlink(missing_ok=True)


def path_of(row: FileUpload) -> Path:
    """Where its octets are."""
    return Path(settings.WEBMAIL_UPLOADS) / str(row.id)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
