"""The page with the form to write in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from webmail.html import inline_token, rich_text_of
from webmail.mail import Address, BadDraft, Refused, ServerSidePart, StoredMessage
from webmail.outgoing.draft import Draft
from webmail.outgoing.idempotency import SentAlready
from webmail.outgoing.send_times import earliest, send_times
from webmail.pages.page import email_of, form_token, pane, read_form_token, show
from webmail.people.identities import account_of
from webmail.people.identity import Identities
from webmail.transport.endpoint import message_limit

from . import message_templates
from .draftform import chosen_sender
from .questions import Unanswered


def form(
    request: HttpRequest,
    own: Identities,
    draft: Draft,
    heading: str,
    back: str = "",
    problem: BadDraft | None = None,
    missing: Sequence[str] = (),
    once: str = "",
    sent: str = "",
) -> HttpResponseBase:
    """The compose page. ``problem``: why it is shown again; ``missing``: names of files that must
    be attached again; ``once``: the form's token, if it has one; ``sent``: what tells of it. A
    script that opens it beside the mail gets the form alone.
    """
    email = email_of(request)
    token = once or request.GET.get("form", "")
    if read_form_token(token)[0] != email:
        token = form_token(email)
    in_place = pane(request).startswith("writer")
    if problem is not None and pane(request) and not in_place:  # the browser has the rest
        there = {*(part.offered_as for part in draft.kept), *(one.alias for one in draft.uploads)}
        gone = set(request.POST.getlist("offered")) - there
        words = {
            "text": str(problem),
            "field": problem.field,
            "once": token,
            "gone": list(gone),
            "replaces": replaces_token(draft.replaces),
            "questions": problem.questions if isinstance(problem, Unanswered) else [],
        }
        return JsonResponse({"problem": words})
    whole, parts = split_whole(draft)
    pictures = [part for part in parts if part.inline]
    parts = [part for part in parts if not part.inline]
    from_original, draft.kept = split_original(draft, parts)
    if draft.is_rich and not draft.html and draft.text.strip():
        draft.html = rich_text_of(draft.text)
    context: dict[str, Any] = {
        "draft": draft,
        "pictures": [(part, picture_url(email, part)) for part in pictures],
        "suffix": f"-{read_form_token(token)[1][:8]}" if in_place else "",  # of each id
        "whole": whole,
        "from_original": from_original,
        "waiting": [one for one in draft.uploads if one.alias],
        "as_whole": whole is not None and whole.chosen,
        "heading": heading,
        "back": back or reverse("webmail:home"),
        "limit": message_limit(),
        **senders(own, chosen_sender(own, draft) or own.preferred),
        "replaces": replaces_token(draft.replaces),
        "original": replaces_token(draft.original),
        "lineage": draft.lineage,
        "spare": form_token(email),
        "once": token,
        "again": bool(problem) and not once,
        "missing": missing,
        "templates": message_templates.names(account_of(request)),
        "sent": sent,
        "focus": first_field(draft),
        **times(),
    }
    if problem is not None:
        wrong = problem.field
        said = f"{problem}{missing_files_notice(missing)}" if request.FILES else str(problem)
        context.update(problem=said, wrong=wrong, focus=wrong)
    if isinstance(problem, Unanswered):
        context.update(problem="", wrong="", focus="questions", questions=problem.questions)
    if in_place:
        context["comes_again"] = pane(request) == "writer"  # the page has its words and templates
        return show(request, "webmail/writing/window.html", context)
    return show(request, "webmail/writing/compose.html", context, status=400 if problem else 200)


def picture_url(email: str, part: ServerSidePart) -> str:
    """Where the editor finds a picture that stands in the text."""
    token = inline_token(email, part.folder, part.uid, part.section)
    return reverse("webmail:inline", args=[token])


def times() -> dict[str, Any]:
    """What can be chosen for "later", and whose times those are."""
    now = timezone.now()
    zone = timezone.get_current_timezone_name()
    return {"send_times": send_times(now), "earliest": earliest(now), "zone": zone}


def first_field(draft: Draft) -> str:
    """The field to begin in; none where that would scroll what is said of a design out of sight."""
    if not draft.to:
        return "to"
    return "" if draft.design and draft.source is None else "text"


def senders(own: Identities, chosen: Address) -> dict[str, Any]:
    """What From offers: each own address, and one with a detail when that is chosen."""
    named = [each.address for each in own.addresses]
    offered = own.addresses if chosen.address in named else [*own.addresses, chosen]
    return {"senders": offered, "sender": chosen.address}


def as_problem(no: BadDraft | Refused | SentAlready) -> BadDraft:
    """What the mail server refused is no field's fault; nobody loses what he wrote by it."""
    if isinstance(no, BadDraft):
        return no
    return BadDraft(
        "",
        str(no) if isinstance(no, SentAlready) else f"{no} {gettext('Nothing was sent or saved.')}",
    )


def missing_files_notice(missing: Sequence[str]) -> str:
    """That a browser never gives back the files of a form, and which they were."""
    if not missing:
        return ""
    words = gettext("Attach the files from this device again, please: %(names)s.")
    return " " + words % {"names": ", ".join(missing[:10])}


def split_whole(draft: Draft) -> tuple[ServerSidePart | None, list[ServerSidePart]]:
    """The offer of the whole message that is sent on, and what else goes along."""
    source = draft.source
    of = source.stored if source is not None and source.how == "forward" else None
    for part in draft.kept:
        if not part.section and StoredMessage(part.folder, part.uidvalidity, part.uid) == of:
            return part, [each for each in draft.kept if each is not part]
    return None, draft.kept


def split_original(
    draft: Draft, parts: list[ServerSidePart]
) -> tuple[list[ServerSidePart], list[ServerSidePart]]:
    """What the answer may keep of the message that it answers, and what else goes along."""
    source = draft.source
    if source is None or source.how != "reply":
        return [], parts
    place = source.stored
    of = [StoredMessage(part.folder, part.uidvalidity, part.uid) == place for part in parts]
    pairs = list(zip(parts, of, strict=True))
    return [part for part, is_of in pairs if is_of], [part for part, is_of in pairs if not is_of]


def replaces_token(stored: StoredMessage | None) -> str:
    return f"{stored.uidvalidity}.{stored.uid}.{stored.folder}" if stored else ""
