"""Bringing mail in, the worker's part: the row says which file and where to, and how far it is.

What the folder has already is not taken again, so that after an interruption nothing is there
twice, whatever the row knows.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from webmail.mail import (
    IncomingMessage,
    MailboxFull,
    MailError,
    MailSession,
    Refused,
    Unreachable,
    own_session,
)
from webmail.models import MailTransfer

from . import file_store, sources
from .sources import BroughtMessage

log = logging.getLogger(__name__)
State = MailTransfer.State
LEASE = timedelta(seconds=120)  # without a sign of progress, until another worker takes it up
ATTEMPTS = 20
KEPT = timedelta(days=3)
BATCH = 25  # messages that are looked for, and stored, together
MOST_TOGETHER = 4_000_000  # octets of them


class Stopped(Exception):
    """The mail server takes no more: the words say why."""


def due() -> list[uuid.UUID]:
    """Those that nobody works on."""
    return list(_claimable().values_list("pk", flat=True)[:20])


def _claimable() -> QuerySet[MailTransfer]:
    now = timezone.now()
    left = Q(state=State.WORKING, lease_until__lt=now)
    ahead = Q(state=State.WORKING, lease_until__gt=now + 2 * LEASE)  # the clock was set back
    waiting = Q(state=State.WAITING)
    return MailTransfer.objects.filter(waiting | left | ahead, is_export=False)


def run(pk: uuid.UUID) -> None:
    """Bring one file in, if it is still to be done. Never raises for what a server or a file
    does.
    """
    lease = timezone.now() + LEASE
    taken = _claimable().filter(pk=pk)
    if not taken.update(state=State.WORKING, attempts=F("attempts") + 1, lease_until=lease):
        return
    row = MailTransfer.objects.select_related("account").get(pk=pk)
    with translation.override(row.language):
        try:
            if row.attempts > ATTEMPTS:
                raise Refused(gettext("This was interrupted again and again."))
            _bring_in(row)
        except Unreachable as error:
            log.info("an import waits: %s", error)
            later = timezone.now() + timedelta(seconds=20)
            MailTransfer.objects.filter(pk=pk).update(lease_until=later)
        except (MailError, Stopped) as error:
            _settle(row, State.FAILED, f"{error} {_outcome(row)}".strip())
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            log.info("an import ends: %s", error)
            words = gettext("The file can't be read to its end: it is damaged.")
            _settle(row, State.FAILED, f"{words} {_outcome(row)}")
        else:
            _settle(row, State.DONE, _outcome(row))
            file_store.delete(row.pk)


def _bring_in(row: MailTransfer) -> None:
    path = file_store.path_of(row.pk)
    if not path.exists():
        raise Refused(gettext("The file is not here any more. Bring it again."))
    row.total = sources.count(path)
    found = islice(sources.messages(path, row.name), row.done, None)
    with own_session(row.account.email) as session:
        places: dict[tuple[str, ...], str] = {}
        for batch in _batches(found):
            _take(session, row, batch, places)
            row.done += len(batch)
            row.total = max(row.total, row.done)
            _save(row)


def _batches(found: Iterator[BroughtMessage | None]) -> Iterator[list[BroughtMessage | None]]:
    """Neighbours of one folder, bounded in number and octets."""
    batch: list[BroughtMessage | None] = []
    size, below = 0, None
    for each in found:
        octets = len(each.message.octets) if each else 0
        other = each is not None and below is not None and each.below != below
        if batch and (len(batch) >= BATCH or size + octets > MOST_TOGETHER or other):
            yield batch
            batch, size, below = [], 0, None
        batch.append(each)
        size += octets
        below = each.below if each else below
    if batch:
        yield batch


def _take(
    session: MailSession,
    row: MailTransfer,
    batch: list[BroughtMessage | None],
    places: dict[tuple[str, ...], str],
) -> None:
    """Store what the folder has not yet. Raises Stopped when there is no room any more."""
    readable = [each for each in batch if each is not None]
    row.refused += len(batch) - len(readable)
    if not readable:
        return
    folder = _folder(session, row, readable[0].below, places)
    fresh: list[IncomingMessage] = []
    seen: set[tuple[str, bytes]] = set()
    copies = session.find_copies(folder, [each.message for each in readable])
    for each, is_there in zip(readable, copies, strict=True):
        message = each.message
        mark = (message.message_id, hashlib.sha256(message.octets).digest())
        if is_there or mark in seen:
            row.present += 1
        else:
            fresh.append(message)
        seen.add(mark)
    if not fresh:
        return
    refusals = session.store_all(folder, fresh)
    row.taken += refusals.count(None)
    full = next((each for each in refusals if isinstance(each, MailboxFull)), None)
    if full is not None:
        raise Stopped(str(full))
    no = next((each for each in refusals if each is not None), None)
    if no is None:
        return
    row.text = str(no)
    row.refused += len(refusals) - refusals.count(None)


def _folder(
    session: MailSession,
    row: MailTransfer,
    below: tuple[str, ...],
    places: dict[tuple[str, ...], str],
) -> str:
    if not row.makes_folders or not below:
        return row.folder or "INBOX"
    if below not in places:
        try:
            places[below] = session.make_below(row.folder, below)
        except Refused as error:  # mail in another folder is better than none
            log.info("an import makes no folder: %s", error)
            row.text = str(error)
            places[below] = row.folder or "INBOX"
    return places[below]


def _save(row: MailTransfer) -> None:
    row.lease_until = timezone.now() + LEASE
    row.save(update_fields=["done", "total", "taken", "present", "refused", "lease_until"])


def _settle(row: MailTransfer, state: str, text: str) -> None:
    row.state, row.text, row.lease_until = state, text, None
    row.save()
    log.info("import of %s: %d taken, %s", row.account.email, row.taken, state)


def _outcome(row: MailTransfer) -> str:
    """What was taken and what was not, in words."""
    taken = ngettext("%(number)d message taken.", "%(number)d messages taken.", row.taken)
    words = [taken % {"number": row.taken}]
    if row.present:
        present = ngettext(
            "%(number)d was there already.", "%(number)d were there already.", row.present
        )
        words.append(present % {"number": row.present})
    if row.refused:
        refused = ngettext(
            "%(number)d could not be taken: no mail, or too large.",
            "%(number)d could not be taken: no mail, or too large.",
            row.refused,
        )
        words.append(refused % {"number": row.refused})
    if row.text:
        words.append(row.text)  # what the mail server said of the last one
    return " ".join(words)


def forget() -> None:
    """Delete what nobody will ask for any more, files that were never brought to an end too."""
    old = MailTransfer.objects.filter(created_at__lt=timezone.now() - KEPT)
    for pk in old.exclude(state=State.WORKING).values_list("pk", flat=True):
        file_store.delete(pk)
    old.exclude(state=State.WORKING).delete()
    file_store.delete_unknown(set(MailTransfer.objects.values_list("pk", flat=True)))
