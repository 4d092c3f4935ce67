"""What the page's script saves by itself while somebody writes."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.mail import BadDraft, MailSession, Refused, StoredMessage, mailbox_label
from webmail.models import SavedForm
from webmail.outgoing import idempotency
from webmail.outgoing.draft import Draft
from webmail.pages.folders import mail_of
from webmail.pages.page import email_of, mail_page, read_form_token
from webmail.people.identities import account_of, own_of
from webmail.people.identity import Identities

from . import saved_forms
from .draftform import chosen_sender, read_draft
from .drafts import SavedCopy, save_draft
from .form_page import replaces_token

log = logging.getLogger(__name__)
MOST_SAVES = 10  # of one form within SAVES_WITHIN; a page that is left saves once more
SAVES_WITHIN = 10  # seconds
SENDING_PAUSE = 5  # seconds until it is asked again whether a form was sent
MOST_FORMS = 120  # of one account that are begun within an hour


@mail_page
@require_POST
def autosave(request: HttpRequest) -> HttpResponseBase:
    """Save the posted form as a draft, whatever state it is in; the answer is JSON.

    ``saved``: true; ``replaces``: where the draft is; ``pause``: seconds until the next one is
    welcome; ``other`` and ``text``: another window or device changed it as well. ``over``: the form
    was sent or thrown away, and nothing is saved; nor is it while it is being sent (409).
    """
    email, key = read_form_token(request.POST.get("once", ""))
    account = account_of(request)
    if email != email_of(request):
        raise BadDraft("", gettext("This was written from another account. Sign in there again."))
    session = mail_of(request)
    session.hold()  # before it is looked whether the form is over: sending it holds this, too
    if idempotency.is_over(account, key):
        return JsonResponse({"over": True})
    if idempotency.is_under_way(account, key):  # by another process: it may be refused yet
        words = {"text": str(idempotency.UNDER_WAY_WORDS), "pause": SENDING_PAUSE}
        return JsonResponse(words, status=409, headers={"Retry-After": str(SENDING_PAUSE)})
    row = saved_forms.find(account, key)
    if seconds := _pause(request, row):
        return _busy(seconds)
    row = row or saved_forms.begin(account, key, request.POST.get("lineage", ""))
    row.source = request.POST.get("source", "")[:2_000]
    copy = _save(request, session, own_of(request), row)
    if idempotency.is_over(account, key):  # sent by another process meanwhile
        session.discard(copy.stored)
        return JsonResponse({"over": True})
    return JsonResponse(_answer(copy))


def _save(request: HttpRequest, session: MailSession, own: Identities, row: SavedForm) -> SavedCopy:
    posted = request.POST.copy()
    pictures = request.FILES.getlist("pictures")

    def read() -> Draft:
        try:
            draft = read_draft(session, own, posted, (), row, True, pictures)
        except Refused:  # the body of another program's draft is gone, the words are here
            posted.pop("designed", None)
            draft = read_draft(session, own, posted, (), row, True, pictures)
        draft.sender = mailbox_label(chosen_sender(own, draft) or own.preferred)
        return draft

    return save_draft(session, read, row)


def _pause(request: HttpRequest, row: SavedForm | None) -> int:
    """Seconds for which this is too much; 0 when it is not."""
    if row is not None:
        return 1 if _saves(row) > MOST_SAVES else 0
    since = timezone.now() - timedelta(hours=1)
    forms = SavedForm.objects.filter(account_id=account_of(request).pk, saved_at__gt=since)
    return 60 if forms.count() >= MOST_FORMS else 0


def _saves(row: SavedForm) -> int:
    """How often this process saved the form lately."""
    key = f"autosave:{row.pk}"
    cache.add(key, 0, SAVES_WITHIN)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out this moment
        return 1


def _busy(seconds: int) -> HttpResponseBase:
    log.info("a form is saved too often: not again for %d s", seconds)
    words = {"text": gettext("That was too often. Try again in a moment."), "pause": seconds}
    return JsonResponse(words, status=429, headers={"Retry-After": str(seconds)})


def _answer(copy: SavedCopy) -> dict[str, Any]:
    words: dict[str, Any] = {"saved": True, "replaces": replaces_token(copy.stored)}
    if copy.pause:
        words["pause"] = copy.pause
    if copy.beside:
        words["other"] = _address(copy.other, copy.stored.folder)
        words["missing"] = copy.missing
    return words


def _address(other: StoredMessage | None, folder: str) -> str:
    """Where the other version can be seen; its folder, when nobody knows which that is."""
    if other is None:
        return reverse("webmail:folder", args=[folder])
    return reverse("webmail:draft", args=[other.folder, other.uid])
