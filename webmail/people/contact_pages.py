"""The pages of the address book: the list, one contact, its form, groups, doubles, and a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.contacts.models import Contact
from webmail.mail import Address, Refused, mailbox_label, mailbox_labels
from webmail.pages.page import flash, mail_page, show

from . import correspondents, merging
from .address_book import (
    ChangedMeanwhile,
    Condition,
    contacts_of,
    find_contact,
    members_of,
    remove,
    restore,
    save,
)
from .contact_form import ContactForm
from .identities import account_of
from .suggestions import photo_address
from .vcard.card import VCard, parse_vcard, property_fields, vcard_text
from .vcard.properties import plain_text
from .vcard.versions import as_version_3

A_PAGE = 100
MOST_CHOSEN = 500
LONGEST_QUERY = 100


@mail_page
@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """The list, or what is found in it."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    rows = contacts_of(account_of(request).pk, query).prefetch_related("addresses")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    listed = [(one, photo_address(one) if one.has_photo else "") for one in page]
    context = {"page": page, "listed": listed, "letters": query}
    return show(request, "webmail/people/people.html", context)


@mail_page
@require_safe
def contact(request: HttpRequest, name: str) -> HttpResponseBase:
    """One contact, with all that its card says."""
    row = find_contact(account_of(request).pk, name)
    card = parse_vcard(row.card)
    members, rest = members_of(row) if row.is_group else ([], [])
    named = [(one, [each.address for each in one.addresses.all()][:1]) for one in members]
    labels = [mailbox_label(Address(one.display_name, own[0])) for one, own in named if own]
    emails = [mailbox_label(Address(row.display_name, each)) for each in card.emails]
    context = {
        "contact": row,
        "emails": list(zip(card.emails, emails, strict=True)),
        "details": details_of(card),
        "photo": photo_address(row) if row.has_photo else "",
        "members": members,
        "more_members": rest,
        "everybody": ", ".join([*labels, *rest]),
    }
    return show(request, "webmail/people/contact.html", context)


def details_of(card: VCard) -> list[tuple[str, list[str]]]:
    """What a card says, under headings."""
    headings = {
        "ORG": gettext("Company"),
        "TITLE": gettext("Job title"),
        "NICKNAME": gettext("Nickname"),
        "TEL": gettext("Telephone"),
        "ADR": gettext("Address"),
        "BDAY": gettext("Birthday"),
        "URL": gettext("Web page"),
        "CATEGORIES": gettext("Categories"),
        "NOTE": gettext("Note"),
    }
    out = []
    for name, heading in headings.items():
        values = []
        for one in card.all(name):
            fields = property_fields(one) if name in ("ORG", "ADR") else [plain_text(one.value)]
            value = ", ".join(filter(None, fields)).removeprefix("tel:")
            kinds = ", ".join(kind for kind in one.types if kind not in ("pref", "voice"))
            values.append(f"{value} ({kinds})" if kinds else value)
        if any(values):
            out.append((heading, values))
    return out


@mail_page
@require_http_methods(["GET", "POST"])
def new_contact(request: HttpRequest) -> HttpResponseBase:
    """The form of a contact or group that is not there yet; a link may fill in who it is."""
    if request.method == "POST":
        return _save(request, VCard(), "", Condition(is_new=True))
    form = ContactForm(
        name=request.GET.get("name", "")[:255],
        emails=request.GET.get("email", "")[:254],
        members=mailbox_labels(_chosen_people(request, request.GET)),
        is_group=request.GET.get("kind") == "group",
    )
    return _form(request, form)


@mail_page
@require_http_methods(["GET", "POST"])
def edit_contact(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of one that is there."""
    row = find_contact(account_of(request).pk, name)
    card = parse_vcard(row.card)
    if request.method == "POST":
        return _save(request, card, name, Condition(etag=request.POST.get("etag", "")))
    return _form(request, ContactForm.of(card, row), row)


def _save(request: HttpRequest, card: VCard, name: str, condition: Condition) -> HttpResponseBase:
    """Raises Refused."""
    account_id = account_of(request).pk
    form = ContactForm.read(request.POST)
    if not form.check():
        return _form(request, form, find_contact(account_id, name) if name else None)
    form.write(card, account_id)
    try:
        row = save(account_id, card, name, condition)
    except ChangedMeanwhile as error:
        form.problems["name"] = f"{error} {gettext('Save again to keep what stands here.')}"
        return _form(request, form, find_contact(account_id, name))
    flash(request, gettext("Saved."))
    return redirect("webmail:contact", row.name)


def _form(request: HttpRequest, form: ContactForm, row: Contact | None = None) -> HttpResponseBase:
    context: dict[str, Any] = {"form": form, "contact": row}
    status = 400 if form.problems else 200
    return show(request, "webmail/people/contact_form.html", context, status=status)


def _chosen_people(request: HttpRequest, given: QueryDict) -> list[Address]:
    """The preferred address of each contact that was ticked."""
    names = given.getlist("contact")[:MOST_CHOSEN]
    rows = contacts_of(account_of(request).pk).filter(name__in=names, is_group=False)
    found = [(one, list(one.addresses.all())) for one in rows.prefetch_related("addresses")]
    return [Address(one.display_name, own[0].address) for one, own in found if own]


@mail_page
@require_POST
def change_contacts(request: HttpRequest) -> HttpResponseBase:
    """What is done with those that are ticked. Raises Refused."""
    account_id = account_of(request).pk
    names = request.POST.getlist("contact")[:MOST_CHOSEN]
    if not names:
        raise Refused(gettext("Choose a contact first."))
    if request.POST.get("do") == "delete":
        gone = remove(account_id, names)
        words = ngettext("%(count)d contact deleted.", "%(count)d contacts deleted.", len(gone))
        _flash_removed(request, words % {"count": len(gone)}, gone)
        return redirect("webmail:people")
    if request.POST.get("do") == "group":
        query = QueryDict(mutable=True)
        query["kind"] = "group"
        query.setlist("contact", names)
        return redirect(f"{reverse('webmail:new_contact')}?{query.urlencode()}")
    row, gone = merging.merge(account_id, names)
    words = ngettext(
        "%(count)d contact was added to this one.", "%(count)d contacts were added to this one.",
        len(gone),
    )  # fmt: skip
    _flash_removed(request, words % {"count": len(gone)}, gone)
    return redirect("webmail:contact", row.name)


def _flash_removed(request: HttpRequest, words: str, names: list[str]) -> None:
    undo = {"url": reverse("webmail:restore_contacts"), "fields": {"contact": names}}
    flash(request, words, undo if names else None)


@mail_page
@require_POST
def restore_contacts(request: HttpRequest) -> HttpResponseBase:
    """Bring back what was removed."""
    count = restore(account_of(request).pk, request.POST.getlist("contact")[:MOST_CHOSEN])
    words = ngettext("%(count)d contact is back.", "%(count)d contacts are back.", count)
    flash(request, words % {"count": count})
    return redirect("webmail:people")


@mail_page
@require_safe
def doubles(request: HttpRequest) -> HttpResponseBase:
    """Contacts that seem to be the same person."""
    found = merging.find_doubles(account_of(request).pk)
    return show(request, "webmail/people/doubles.html", {"doubles": found})


@mail_page
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """All contacts, those of a search or a single one as a file of vCards."""
    rows = contacts_of(account_of(request).pk, request.GET.get("q", "")[:LONGEST_QUERY])
    if name := request.GET.get("contact"):
        rows = rows.filter(name=name)
    is_old = request.GET.get("version") == "3"
    cards = rows.defer(None).values_list("card", flat=True)
    texts = (vcard_text(as_version_3(parse_vcard(one))) if is_old else one for one in cards)
    response = HttpResponse("".join(texts), content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contacts.vcf"'
    return response


@mail_page
@require_http_methods(["GET", "POST"])
def written_to(request: HttpRequest) -> HttpResponseBase:
    """Those whom one wrote to: who is remembered, forgetting them, and the switch."""
    account_id = account_of(request).pk
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do in ("on", "off"):
            correspondents.switch(account_id, on=do == "on")
            flash(request, gettext("Saved."))
        else:
            chosen = None if do == "all" else request.POST.getlist("address")[:MOST_CHOSEN]
            count = correspondents.forget(account_id, chosen)
            words = ngettext(
                "%(count)d address forgotten.", "%(count)d addresses forgotten.", count
            )
            flash(request, words % {"count": count})
        return redirect("webmail:written_to")
    page = Paginator(correspondents.all_of(account_id), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "remembers": correspondents.remembers(account_id)}
    return show(request, "webmail/people/written_to.html", context)
