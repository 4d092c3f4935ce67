"""The way of a sent message: each step, who got it, the receipt, and what can be taken back."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from webmail.mail import MailError, NotFound, StoredMessage
from webmail.models import Outbox
from webmail.pages.folders import mail_of
from webmail.pages.page import email_of, flash, mail_page, pane, show
from webmail.pages.sizes import size_in_words

from . import keywords, outbox, timeline, withdrawal
from .send_status import SendStatus

STEPS = (
    ("composed", gettext_lazy("Composed")),
    ("submitting", gettext_lazy("Handed to the mail server")),
    ("accepted", gettext_lazy("Accepted")),
    ("delivered", gettext_lazy("Delivered")),
)
FAILED = {"submitting": gettext_lazy("Not accepted"), "delivered": gettext_lazy("Not delivered")}
SHOWN = 50
HEADINGS = {
    "composed": gettext_lazy("On its way"),
    "submitting": gettext_lazy("On its way"),
    "accepted": gettext_lazy("Accepted for delivery"),
    "delivered": gettext_lazy("Delivered"),
    "failed": gettext_lazy("Not delivered"),
}


@mail_page
@require_safe
def status(request: HttpRequest, receipt_id: str) -> HttpResponseBase:
    """How it stands now; the script asks for the inner part again and again."""
    row = find_row(request, receipt_id)
    receipt = outbox.send_status(row)
    if pane(request) == "outcome":
        return JsonResponse(outcome(receipt))
    with contextlib.suppress(MailError):
        keywords.settle(row, mail_of(request))
    context: dict[str, Any] = {
        "receipt": receipt,
        "way": timeline.of_row(row),
        "heading": heading(receipt),
        "steps": steps(receipt),
        "trouble": trouble(receipt),
        **receipt_lines(receipt),
    }
    if pane(request):
        return show(request, "webmail/outgoing/progress.html", context)
    return show(request, "webmail/outgoing/sending.html", context)


@mail_page
@require_POST
def retry(request: HttpRequest, receipt_id: str) -> HttpResponseBase:
    """Try a failed one again."""
    outbox.retry(find_row(request, receipt_id))
    return redirect("webmail:sending", receipt_id)


@mail_page
@require_POST
def take_back(request: HttpRequest, receipt_id: str) -> HttpResponseBase:
    """Undo: the message becomes a draft again and opens."""
    row = find_row(request, receipt_id)
    return to_draft(request, row, withdrawal.take_back(row))


@mail_page
@require_POST
def cancel(request: HttpRequest, receipt_id: str) -> HttpResponseBase:
    """The same for one that the mail server would send later."""
    row = find_row(request, receipt_id)
    return to_draft(request, row, withdrawal.cancel(row))


def to_draft(request: HttpRequest, row: Outbox, draft: StoredMessage) -> HttpResponseBase:
    """On to the draft that it is now, which still answers what it answered."""
    said = gettext("Nothing was sent. The message is a draft again.")
    address = reverse("webmail:folder", args=[draft.folder])
    if draft.uid:
        address = reverse("webmail:draft", args=[draft.folder, draft.uid])
        if row.source:
            address = f"{address}?{urlencode({'source': row.source})}"
    if pane(request):
        return JsonResponse({"goal": address, "text": said})
    flash(request, said)
    return redirect(address)


def outcome(receipt: SendStatus) -> dict[str, Any]:
    """What is told of it in place, beside the mail."""
    said = {
        "composed": gettext("Sending…"),
        "submitting": gettext("Sending…"),
        "accepted": gettext("Sent."),
        "delivered": gettext("Sent."),
        "failed": heading(receipt),
    }[receipt.state]
    if receipt.can_cancel:
        said = heading(receipt)
    why = ""
    if receipt.state == "composed" and receipt.text != str(outbox.WORDS[Outbox.State.COMPOSED]):
        why = receipt.text  # of the try before
    elif receipt.state == "failed":
        why = trouble(receipt) or " ".join(each.text for each in receipt.recipients if each.text)
    text = f"{said.rstrip('.…')}: {why}" if why else said
    return {"state": receipt.state, "text": text, "final": receipt.final}


@mail_page
@require_safe
def on_its_way(request: HttpRequest) -> HttpResponseBase:
    """What is to be sent later, and what was sent lately."""
    rows = outbox.recent(email_of(request), SHOWN)
    ways = [(row, timeline.of_row(row), outbox.can_cancel(row)) for row in rows]
    context = {
        "later": [each for each in ways if each[1].release_at],
        "lately": [each for each in ways if not each[1].release_at],
    }
    return show(request, "webmail/outgoing/outbox.html", context)


@mail_page
@require_safe
def way(request: HttpRequest) -> HttpResponseBase:
    """The timeline alone, of the message that ``?message=`` names, for an open page."""
    found_way = timeline.of_message(email_of(request), request.GET.get("message", "")[:998])
    if found_way is None:
        raise NotFound(gettext("Nothing is known of the way of this message."))
    return show(request, "webmail/outgoing/way.html", {"way": found_way})


def find_row(request: HttpRequest, receipt_id: str) -> Outbox:
    """The row behind the address, if it is the reader's own. Raises NotFound."""
    row = outbox.find(email_of(request), receipt_id)
    if row is None:
        raise NotFound(gettext("There is no message of yours on its way under this address."))
    return row


def steps(receipt: SendStatus) -> list[dict[str, str]]:
    """Each step as done, now, failed or todo. A failure stands at the step that it stopped."""
    names = [name for name, _ in STEPS]
    if receipt.state == "failed":
        handed = any(person.state == "delivered" for person in receipt.recipients)
        at = names.index("delivered" if handed or not receipt.can_retry else "submitting")
        done = [{"label": str(label), "state": "done"} for _, label in STEPS[:at]]
        rest = [{"label": str(label), "state": "todo"} for _, label in STEPS[at + 1 :]]
        return [*done, {"label": str(FAILED[names[at]]), "state": "failed"}, *rest]
    # A state names the step that is reached; "submitting" is the one that is under way.
    reached = names.index(receipt.state)
    under_way = reached if receipt.state == "submitting" else reached + 1
    return [
        {
            "label": str(label),
            "state": "done" if i < under_way else "now" if i == under_way else "todo",
        }
        for i, (_, label) in enumerate(STEPS)
    ]


def trouble(receipt: SendStatus) -> str:
    """What is to be said beside the steps, unless it stands at a recipient already."""
    if receipt.state not in ("composed", "failed"):
        return ""
    said = any(person.text == receipt.text for person in receipt.recipients)
    return "" if said else receipt.text


def heading(receipt: SendStatus) -> str:
    """How it stands, in two words."""
    if receipt.can_cancel:
        return gettext("To be sent later")
    if receipt.state == "failed" and receipt.can_retry:
        return gettext("Not sent")
    return str(HEADINGS.get(receipt.state, gettext("On its way")))


def receipt_lines(receipt: SendStatus) -> dict[str, Any]:
    """What this cost against what it would have: only for something that stayed on the server."""
    if receipt.state not in ("accepted", "delivered") or not receipt.shown:
        return {}
    size, moved = size_in_words(receipt.shown), size_in_words(receipt.moved)
    line = (
        gettext("Forwarded %(size)s. %(moved)s travelled.")
        if receipt.forwards
        else gettext("Attached %(size)s from the server. %(moved)s travelled.")
    )
    return {
        "line": line % {"size": size, "moved": moved},
        "stayed": [file for file in receipt.attachments if file.stays],
        "travelled": [file for file in receipt.attachments if not file.stays],
        "details": gettext(
            "Exactly %(moved)s bytes. Downloading the parts, sending them and storing a copy would "
            "have moved %(usual)s."
        )
        % {
            "moved": number_format(receipt.moved, force_grouping=True),
            "usual": number_format(receipt.usual, force_grouping=True),
        },
    }
