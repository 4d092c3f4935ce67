"""The row of each form that is being written: where its draft is."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from webmail.mail import StoredMessage
from webmail.models import SavedForm

from .draft_layout import DraftLayout

REMEMBERED = timedelta(days=30)
MOST_ROWS = 300  # of one account
LINEAGE = re.compile(r"[0-9a-f]{12}\Z")
_MESSAGE_ID = re.compile(r"<([0-9a-f]{12})\.[\w-]+@")


def find(account: AbstractBaseUser, key: str) -> SavedForm | None:
    """The row of a form; None when nothing of it was saved."""
    return SavedForm.objects.filter(account_id=account.pk, key=key).first() if key else None


def find_at(account: AbstractBaseUser, stored: StoredMessage) -> SavedForm | None:
    """The row of the form that a stored draft is of."""
    here = {"folder": stored.folder, "uidvalidity": stored.uidvalidity, "uid": stored.uid}
    return SavedForm.objects.filter(account_id=account.pk, **here).last()


def begin(account: AbstractBaseUser, key: str, lineage: str) -> SavedForm:
    """The row of a form, made where there is none. ``lineage``: of the draft that it goes on with,
    "" for a new one."""
    known = lineage if LINEAGE.match(lineage) else secrets.token_hex(6)
    row, is_new = SavedForm.objects.get_or_create(
        account_id=account.pk, key=key, defaults={"lineage": known}
    )
    if is_new:
        rows = SavedForm.objects.filter(account_id=account.pk).order_by("-saved_at")
        old = list(rows.values_list("pk", flat=True)[MOST_ROWS:])
        SavedForm.objects.filter(pk__in=old).delete()
    return row


def place_of(row: SavedForm | None) -> StoredMessage | None:
    """Where the draft of a form is, as far as anybody knows."""
    return StoredMessage(row.folder, row.uidvalidity, row.uid) if row and row.uid else None


def layout_of(row: SavedForm | None) -> DraftLayout | None:
    """What it is made of."""
    return DraftLayout.from_json(row.layout) if row and row.layout else None


def note(row: SavedForm, place: StoredMessage | None, layout: DraftLayout | None) -> None:
    """The draft is there now."""
    row.folder = place.folder if place else row.folder
    row.uidvalidity, row.uid = (place.uidvalidity, place.uid) if place else (0, 0)
    row.layout = layout.to_json() if layout else {}
    row.pending = None
    row.save()


def note_begun(row: SavedForm, layout: DraftLayout) -> None:
    """Something else than before is about to be stored: whoever comes next must be able to tell."""
    row.pending = layout.to_json()
    row.save(update_fields=["pending", "saved_at"])


def identity_of(row: SavedForm) -> str:
    """What the Message-ID of the form's draft begins with."""
    return f"{row.lineage}.{row.key}"


def lineage_of(message_id: str) -> str:
    """What a draft of ours shares with its other versions; "" for anybody else's."""
    match = _MESSAGE_ID.match(message_id)
    return match[1] if match else ""


def forget() -> None:
    """Delete what was not saved again for long."""
    SavedForm.objects.filter(saved_at__lt=timezone.now() - REMEMBERED).delete()
