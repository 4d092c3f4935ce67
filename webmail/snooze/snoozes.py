"""Mail that is out of sight: set aside, given back when its time has come, and what is late.

The row is written before the message moves, and says enough to find it again, so that whatever is
interrupted loses neither the message nor its time. Two who give back at once: one has the lease.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from webmail.mail import (
    MailSession,
    MessageTrace,
    MovedMessages,
    NotFound,
    Refused,
    StoredMessage,
    Unreachable,
    own_session,
)
from webmail.models import Snooze

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
AGAIN = timedelta(seconds=30)  # after the mail server was away
UNHEARD = timedelta(minutes=2)  # of a move, until it is looked for
LATE = timedelta(minutes=3)
MOST = 1_000  # messages at once


def set_aside(
    session: MailSession, account: int, place: tuple[str, int], uids: Sequence[int], until: datetime
) -> MovedMessages:
    """Messages of a folder go out of sight until a time. ``place``: the folder, its UIDVALIDITY.

    Of those that are so already only the time is changed. Raises NotFound, Refused.
    """
    origin, validity = place
    if len(uids) > MOST:
        raise Refused(gettext("At most 1,000 messages can be snoozed at once."))
    folder = session.role_folder("snoozed")
    session.select(origin, validity)
    found = session.traces(origin, uids)
    if not found:
        raise NotFound(gettext("This message is not in this folder any more."))
    if origin == folder:
        return _change_time(account, (folder, validity), found, until)
    there, uidnext = session.next_uid(folder)
    rows = Snooze.objects.bulk_create(
        Snooze(
            account_id=account,
            until=until,
            origin=origin,
            origin_uid=each.uid,
            folder=folder,
            uidvalidity=there,
            uidnext=uidnext,
            message_id=each.message_id,
            size=each.size,
        )
        for each in found
    )
    try:
        moved = session.move(origin, [each.uid for each in found], folder)
    except (NotFound, Refused):  # nothing was moved
        Snooze.objects.filter(pk__in=[row.pk for row in rows]).delete()
        raise
    _note_moves(session, rows, moved)
    return moved


def _note_moves(session: MailSession, rows: Iterable[Snooze], moved: MovedMessages) -> None:
    """Where each one is now; of a server that does not tell it is looked for."""
    for row in rows:
        if moved.uids and row.origin_uid not in moved.uids:
            row.delete()  # another device was first
            continue
        row.uid = moved.uids.get(row.origin_uid, 0) or _find(session, row)
        row.uidvalidity = moved.uidvalidity or row.uidvalidity
        row.save(update_fields=["uid", "uidvalidity"])


def _find(session: MailSession, row: Snooze) -> int:
    trace = MessageTrace(0, row.message_id, row.size)
    return session.find_trace(row.folder, row.uidvalidity, row.uidnext, trace)


def _change_time(
    account: int, place: tuple[str, int], found: Sequence[MessageTrace], until: datetime
) -> MovedMessages:
    folder, validity = place
    here = Snooze.objects.filter(account_id=account, folder=folder, uidvalidity=validity)
    with transaction.atomic():
        known = set(
            here.filter(uid__in=[each.uid for each in found])
            .select_for_update()
            .values_list("uid", flat=True)
        )
        here.filter(uid__in=known).update(until=until)
        Snooze.objects.bulk_create(
            Snooze(
                account_id=account,
                until=until,
                origin="INBOX",
                folder=folder,
                uidvalidity=validity,
                uid=each.uid,
                message_id=each.message_id,
                size=each.size,
            )
            for each in found
            if each.uid not in known
        )
    return MovedMessages(folder, folder, validity, {})


def rows_of(account: int, folder: str, uidvalidity: int) -> QuerySet[Snooze]:
    """Those of a folder whose times are known."""
    return Snooze.objects.filter(account_id=account, folder=folder, uidvalidity=uidvalidity)


def late_count(account: int) -> int:
    """How many should be back by now: none, unless what gives them back stands still."""
    return Snooze.objects.filter(account_id=account, until__lt=timezone.now() - LATE).count()


def accounts_due() -> list[int]:
    """Whose mail is to be back, or was not heard of."""
    found = _claimable(timezone.now()).values_list("account_id", flat=True)
    return list(found.order_by("account_id").distinct()[:200])


def _claimable(now: datetime) -> QuerySet[Snooze]:
    # Nobody holds one for so long: the clock was set back meanwhile.
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE)
    unheard = Q(uid=0, created_at__lt=now - UNHEARD)
    return Snooze.objects.filter(free, Q(until__lte=now) | unheard)


def run(account: int) -> None:
    """Give back what is due of one person. Never raises for what a server or a network does."""
    rows = list(_claimable(timezone.now()).filter(account_id=account).select_related("account"))
    if not rows:
        return
    try:
        with own_session(rows[0].account.email) as session:
            for row in rows:
                _take(session, row)
    except Unreachable:
        log.warning("snoozed mail of %s: the mail server is away", rows[0].account.email)


def _take(session: MailSession, row: Snooze) -> None:
    """One of them, if nobody else has taken it. Raises Unreachable."""
    now = timezone.now()
    if not _claimable(now).filter(pk=row.pk).update(lease_until=now + LEASE):
        return
    row.refresh_from_db()
    try:
        settle(session, row)
    except Unreachable:
        Snooze.objects.filter(pk=row.pk).update(lease_until=timezone.now() + AGAIN)
        raise
    except (NotFound, Refused) as error:
        log.warning("snoozed mail of %s: %s", session.email, error)
        Snooze.objects.filter(pk=row.pk).update(lease_until=timezone.now() + LEASE)


def settle(session: MailSession, row: Snooze) -> bool:
    """Find a row's message, and give it back if its time has come; whether it came back. Raises
    NotFound, Refused.
    """
    if not row.uid:
        row.uid = _find(session, row)
        if not row.uid:  # it was not moved, or somebody has moved it on
            row.delete()
            return False
        row.save(update_fields=["uid"])
    if row.until > timezone.now():
        Snooze.objects.filter(pk=row.pk).update(lease_until=None)
        return False
    there = {each.name for each in session.folders() if each.selectable}
    target = row.origin if row.origin in there else "INBOX"
    if not row.return_uidnext:
        row.return_validity, row.return_uidnext = session.next_uid(target)
        row.save(update_fields=["return_validity", "return_uidnext"])
    since = (row.return_validity, row.return_uidnext)
    is_back = session.give_back(StoredMessage(row.folder, row.uidvalidity, row.uid), target, since)
    row.delete()
    log.info("snoozed mail of %s: %s", session.email, "back" if is_back else "gone before")
    return is_back


def return_now(
    session: MailSession, account: int, place: tuple[str, int], uids: Sequence[int]
) -> int:
    """Give messages back before their time; how many came back. Raises NotFound, Refused."""
    _change_time(account, place, session.traces(place[0], uids), timezone.now())
    rows = list(rows_of(account, *place).filter(uid__in=uids))
    count = 0
    for row in rows:
        now = timezone.now()
        if _claimable(now).filter(pk=row.pk).update(lease_until=now + LEASE):
            row.refresh_from_db()
            count += settle(session, row)
    return count


def follow_rename(account: int, old: str, new: str, delimiter: str) -> None:
    """A folder to which mail returns was renamed, and what is inside it."""
    for row in Snooze.objects.filter(account_id=account, origin__startswith=old):
        if row.origin == old or row.origin.startswith(old + delimiter):
            row.origin = new + row.origin[len(old) :]
            row.save(update_fields=["origin"])
