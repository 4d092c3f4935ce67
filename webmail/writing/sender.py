"""What From brings along: a signature, a blind copy, where answers go, where it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from webmail.html import rich_text_of
from webmail.mail import Address
from webmail.outgoing.draft import Draft
from webmail.pages.page import mail_page
from webmail.people.identities import own_of
from webmail.people.identity import Identities
from webmail.people.signatures import sign_html, sign_text

from .draftform import chosen_sender


def sign(own: Identities, draft: Draft, *, is_answer: bool) -> None:
    """Put the signature and the usual blind copy into a form that begins."""
    found = chosen_sender(own, draft) or own.preferred
    settings = own.settings_of(found.address)
    above = is_answer and own.signature_above
    if draft.is_rich:
        html = draft.html or (rich_text_of(draft.text) if draft.text.strip() else "")
        draft.html = sign_html(html, settings.signature, above=above)
    draft.text = sign_text(draft.text, settings.signature, above=above)
    draft.bcc = ", ".join(filter(None, (draft.bcc, settings.bcc)))


def apply_settings(own: Identities, draft: Draft, chosen: Address) -> None:
    """Where answers to it go, and where it is kept once it is sent."""
    settings = own.settings_of(chosen.address)
    draft.reply_to, draft.sent_folder = settings.reply_to, settings.sent_folder


@mail_page
@require_safe
def sender(request: HttpRequest) -> HttpResponseBase:
    """What the form's script puts in the place of what: ``before`` and ``after`` are addresses."""
    own = own_of(request)

    def words(address: str) -> dict[str, Any]:
        found = own.find(address)
        settings = own.settings_of(found.address if found else "")
        return {
            "text": settings.signature.text,
            "html": settings.signature.html,
            "bcc": settings.bcc,
        }

    return JsonResponse({name: words(request.GET.get(name, "")) for name in ("before", "after")})
