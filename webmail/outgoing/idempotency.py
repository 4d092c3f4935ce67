"""A form is sent once: pressed twice, reloaded, or again after Back or an answer that was lost.

Each form to write in has a key. Whoever sends it notes the key first, which one alone can.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext_lazy

from webmail.mail import MailError
from webmail.models import SubmittedForm
from webmail.outgoing.draft import Draft

REMEMBERED = timedelta(days=30)
LATELY = timedelta(minutes=10)  # in which the very same message is hardly meant to go out twice
UNDER_WAY = timedelta(seconds=60)  # after which whoever was at it has died
BLOCK = 262_144  # octets
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")

UNDER_WAY_WORDS = gettext_lazy(
    "This is being sent at this moment, from a first press or another window."
)
INTERRUPTED = gettext_lazy(
    "An earlier try to send this was interrupted. Look into Sent: when it is not there, send it "
    "again."
)
CHANGED = gettext_lazy(
    "This was sent already, and you have changed it since. Nothing more was sent: press Send again "
    "to send it as a message of its own."
)
LATELY_WORDS = gettext_lazy(
    "You sent exactly this a few minutes ago. It was not sent again: press Send once more if it is "
    "to go out a second time."
)


class SentAlready(MailError):
    """The same form, or the same message, went out before. What is sent next is meant so."""

    status = 409


class UnderWay(SentAlready):
    """It is being sent at this moment: what becomes of that is known in a while."""


def begin(account: AbstractBaseUser, key: str, digest: str, again: bool = False) -> str:
    """Be the one who sends the form ``key``: then "". Else where it led, when it was this very one.

    ``again``: the writer knows that the same message went out lately. Raises SentAlready.
    """
    if not key:
        return ""
    mine = SubmittedForm.objects.filter(account_id=account.pk)
    if not again and _lately(account, key, digest):
        raise SentAlready(LATELY_WORDS)
    form, fresh = mine.get_or_create(key=key, defaults={"account_id": account.pk, "digest": digest})
    if fresh:
        return ""
    if form.goal and form.digest == digest:
        return form.goal
    if form.goal:
        raise SentAlready(CHANGED)
    if form.created_at > timezone.now() - UNDER_WAY:
        raise UnderWay(UNDER_WAY_WORDS)
    form.delete()
    raise SentAlready(INTERRUPTED)


def _lately(account: AbstractBaseUser, key: str, digest: str) -> bool:
    since = timezone.now() - LATELY
    same = SubmittedForm.objects.filter(account_id=account.pk, digest=digest, created_at__gt=since)
    return same.exclude(key=key).exclude(goal="").exists()


def finish(account: AbstractBaseUser, key: str, goal: str) -> None:
    """It was sent; ``goal`` is the address that tells."""
    SubmittedForm.objects.filter(account_id=account.pk, key=key).update(goal=goal)


def let_go(account: AbstractBaseUser, key: str) -> None:
    """It was not sent after all."""
    SubmittedForm.objects.filter(account_id=account.pk, key=key, goal="").delete()


def find_goal(account: AbstractBaseUser, key: str) -> str:
    """Where sending the form led; "" when it was not sent."""
    form = SubmittedForm.objects.filter(account_id=account.pk, key=key).first() if key else None
    return form.goal if form else ""


def is_over(account: AbstractBaseUser, key: str) -> bool:
    """Whether the form was sent, or thrown away."""
    return bool(find_goal(account, key))


def is_under_way(account: AbstractBaseUser, key: str) -> bool:
    """Whether it is being sent at this moment; not when whoever was at it has died."""
    mine = SubmittedForm.objects.filter(account_id=account.pk, key=key, goal="")
    return mine.filter(created_at__gt=timezone.now() - UNDER_WAY).exists()


def close(account: AbstractBaseUser, key: str, goal: str) -> None:
    """The form was thrown away: nothing of it is saved any more. ``goal``: where that led."""
    SubmittedForm.objects.update_or_create(
        account_id=account.pk, key=key, defaults={"goal": goal, "digest": ""}
    )


def forget() -> None:
    """Delete what is too old to be sent again."""
    SubmittedForm.objects.filter(created_at__lt=timezone.now() - REMEMBERED).delete()


def content_digest(draft: Draft, how: str) -> str:
    """Of what would be sent, the files' octets too; ``how``: "send" or "save"."""
    digest = hashlib.sha256()
    people = (draft.sender, draft.to, draft.cc, draft.bcc)
    words = (
        how,
        *(sorted(each.lower() for each in _ADDRESS.findall(field)) for field in people),
        *(draft.subject.strip(), draft.text.replace("\r\n", "\n").strip(), draft.html, draft.later),
        *(draft.in_reply_to, draft.receipt, draft.tell),
        *(part.offered_as for part in draft.kept if part.chosen),
    )
    digest.update(repr(words).encode("utf-8", "surrogatepass"))
    for upload in draft.uploads:
        digest.update(repr((upload.name, upload.size)).encode("utf-8", "surrogatepass"))
        file = upload.open()
        while block := file.read(BLOCK):
            digest.update(block)
        if upload.alias:  # those of the form itself can be opened once
            file.close()
    return digest.hexdigest()
