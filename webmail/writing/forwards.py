"""Several messages of a list sent on as attachments (message/rfc822), none of them fetched."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from webmail.mail import (
    FoundRow,
    MailSession,
    NotFound,
    Refused,
    mailbox_label,
    number,
    offered_by,
    read_uid_set,
    write_uid_set,
)
from webmail.outgoing.draft import Draft, Source
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page
from webmail.people.identities import own_of
from webmail.search.parser import parse

from .answers import prefix_subject
from .compose import reopen_form
from .form_page import form
from .picker import gone_text

MOST = 100  # messages that go along with one
MOST_THREADS = 100


@mail_page
@require_http_methods(["GET", "POST"])
def forward_several(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form with the chosen messages attached. POST comes from the list, and leads to an address
    that can be reloaded.
    """
    if request.method == "POST":
        uids = _chosen_uids(request, name)
        query = {"uids": write_uid_set(uids), "validity": request.POST.get("validity", "")}
        return redirect(f"{reverse('webmail:forward_several', args=[name])}?{urlencode(query)}")
    if (again := reopen_form(request)) is not None:
        return again
    uids = read_uid_set(request.GET.get("uids", ""), MOST) or []
    own = own_of(request)
    session = mail_of(request)
    session.select(name, number(request.GET.get("validity", "")))
    draft = plan_forward_several(session, name, uids, mailbox_label(own.preferred))
    if gone := len(uids) - len(draft.kept):
        flash(request, gone_text(gone))
    back = reverse("webmail:folder", args=[name])
    return form(request, own, draft, gettext("Forward"), back=back)


def _chosen_uids(request: HttpRequest, name: str) -> list[int]:
    """The UIDs that the list's form names. Raises Refused."""
    session = mail_of(request)
    session.select(name, number(request.POST.get("validity", "")))
    if request.POST.get("all") == "1":
        found = session.search(name, parse(request.POST.get("q", "")), size=MOST + 1)
        return _few([row.uid for row in found.rows], found.exists)
    uids: set[int] = set()
    threads = []
    for chosen in request.POST.getlist("uid"):
        numbers, _, thread = chosen.partition(" ")
        several = read_uid_set(numbers, MOST)
        if several is None:  # or nonsense, which no list sends
            return _few([0], MOST + 1)
        uids.update(several)
        threads += [thread] if thread else []
    if threads:
        uids.update(session.conversation_uids(name, threads[:MOST_THREADS]))
    return _few(sorted(uids), len(uids))


def _few(uids: list[int], count: int) -> list[int]:
    if not uids:
        raise Refused(gettext("No message was chosen. Tick one or more first."))
    if count > MOST:
        words = gettext("At most %(most)d messages can go along with one. Choose fewer.")
        raise Refused(words % {"most": MOST})
    return uids


def plan_forward_several(session: MailSession, folder: str, uids: list[int], sender: str) -> Draft:
    """A new message with these attached, the oldest first; those that are gone are left out.

    Raises NotFound when none is there.
    """
    rows = sorted(session.rows(folder, uids), key=lambda row: (row.date, row.uid))
    if not rows:
        raise NotFound(gettext("None of the chosen messages is here any more."))
    validity = session.state(folder).uidvalidity
    subject = rows[-1].subject
    if more := len(rows) - 1:
        words = ngettext("%(subject)s and %(number)d more", "%(subject)s and %(number)d more", more)
        subject = words % {"subject": subject, "number": more}
    return Draft(
        sender=sender,
        subject=prefix_subject("Fwd:", subject),
        text="\n",
        kept=[offered_by(FoundRow(folder, validity, row))[0] for row in rows],
        source=Source(folder, validity, rows[0].uid, "forward") if len(rows) == 1 else None,
    )
