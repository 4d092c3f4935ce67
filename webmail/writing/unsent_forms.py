"""What was posted in vain and waits for its writer: it is shown until it certainly arrived."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from webmail.models import UnsentForm

WAITS = timedelta(days=7)
SHOWN_AGAIN = timedelta(minutes=10)
"""The answer that shows it may be lost on its way: so long it is shown to who asks again."""


def find(email: str, path: str = "") -> UnsentForm | None:
    """What waits for an account, be it for the form at ``path`` alone."""
    found = UnsentForm.objects.filter(account__email=email).exclude(_over()).first()
    return found if found is not None and path in ("", found.path) else None


def note_shown(form: UnsentForm) -> None:
    """The time in which it is shown again begins with the first one."""
    if form.shown_at is None:
        UnsentForm.objects.filter(pk=form.pk).update(shown_at=timezone.now())


def drop(account: AbstractBaseUser, once: str) -> None:
    """The form with this key was sent or saved after all."""
    for form in UnsentForm.objects.filter(account_id=account.pk):
        if once and QueryDict(form.posted).get("once") == once:
            form.delete()


def forget() -> None:
    """Delete what was shown long enough, or waited too long."""
    UnsentForm.objects.filter(_over() | Q(created_at__lt=timezone.now() - WAITS)).delete()


def _over() -> Q:
    return Q(shown_at__lt=timezone.now() - SHOWN_AGAIN)
