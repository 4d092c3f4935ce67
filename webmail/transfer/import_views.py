"""Files that somebody brings: taken in pieces, so that a broken link loses nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.mail import NotFound, Refused, number, one_line, uploaded_name
from webmail.models import MailTransfer
from webmail.pages.folders import mail_of, tree_of
from webmail.pages.page import flash, mail_page, own_address, pane, show
from webmail.people.identities import account_of

from . import file_store, tasks

State = MailTransfer.State
SHOWN = 20
MOST = 5  # of one person that have not come to their end
MOST_FILE = 20_000_000_000  # octets
PIECE = 2_000_000  # octets that the script sends at once
MOST_PIECE = 4_000_000
BLOCK = 64 * 1024


@mail_page
@require_safe
def transfer(request: HttpRequest) -> HttpResponseBase:
    """Mail out and in, and what became of it."""
    rows = MailTransfer.objects.filter(account_id=account_of(request).pk)[:SHOWN]
    context: dict[str, Any] = {
        "rows": [{"row": row, **news_of(row)} for row in rows],
        "own": [each for each in tree_of(request) if each.selectable],
        "can_file": [each for each in tree_of(request) if each.selectable and each.may_file],
        "room": mail_of(request).quota().room,
        "key": uuid.uuid4(),
        "piece": PIECE,
        "most": MOST_FILE,
    }
    return show(request, "webmail/transfer/transfer.html", context)


@mail_page
@require_POST
def begin_import(request: HttpRequest) -> HttpResponseBase:
    """A file is about to come, or has come with the form; one that was broken off goes on.

    Raises Refused.
    """
    files = request.FILES.getlist("files")
    if not files and not request.POST.get("name"):
        raise Refused(gettext("Choose a file first."))
    if not files:
        name, size = request.POST.get("name", ""), number(request.POST.get("size", "")) or 0
        return JsonResponse(news_of(_begin(request, name, size)))
    for file in files:
        row = _begin(request, file.name or "", file.size or 0)
        received = file_store.append(row.pk, 0, file.chunks(BLOCK), row.size)
        _note_received(row, received)
    flash(request, gettext("The mail is being taken. This page says how far it is."))
    return redirect("webmail:transfer")


def _begin(request: HttpRequest, name: str, size: int) -> MailTransfer:
    account = account_of(request)
    target = request.POST.get("folder", "")
    may_file = {each.name for each in tree_of(request) if each.selectable and each.may_file}
    if target and target not in may_file:
        raise Refused(gettext("Choose a folder."))
    if not 0 < size <= MOST_FILE:
        raise Refused(gettext("The file is empty, or too large."))
    wanted = {
        "account_id": account.pk,
        "folder": target,
        "name": one_line(uploaded_name(name))[:255],
        "size": size,
        "makes_folders": "makes_folders" in request.POST,
    }
    rows = MailTransfer.objects.filter(account_id=account.pk, is_export=False)
    broken_off = rows.filter(**wanted, state=State.RECEIVING).first()
    if broken_off is not None:
        return broken_off
    if rows.exclude(state__in=(State.DONE, State.FAILED)).count() >= MOST:
        raise Refused(gettext("Other files are still being taken. Wait until one has ended."))
    file_store.check_room(size)
    return MailTransfer.objects.create(**wanted, language=get_language() or "en")


@mail_page
@require_POST
def piece(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The next octets of a file, from ``?offset=`` on; the answer says how many are on the disk."""
    row = _find(request, pk)
    offset = number(request.GET.get("offset", ""))
    if row.state != State.RECEIVING or offset != row.received:
        return JsonResponse(news_of(row), status=409)
    most = min(row.size - row.received, MOST_PIECE)
    received = file_store.append(row.pk, row.received, _blocks(request), most)
    _note_received(row, received)
    return JsonResponse(news_of(row))


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _note_received(row: MailTransfer, received: int) -> None:
    row.received = received
    if received >= row.size:
        row.state = State.WAITING
    row.save(update_fields=["received", "state"])
    if row.state == State.WAITING:
        tasks.bring_in.delay(str(row.pk))


@mail_page
@require_http_methods(["GET", "POST"])
def transfer_state(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """How far it is; POST goes on with what has failed, or removes it."""
    row = _find(request, pk)
    if request.method == "POST":
        _act(row, request.POST.get("do", ""))
        if not pane(request):
            return redirect(own_address(request.POST.get("back", "")) or "webmail:transfer")
    return JsonResponse(news_of(row))


def _act(row: MailTransfer, do: str) -> None:
    if row.state == State.WORKING and not row.is_export:
        raise Refused(gettext("It is being worked on. Wait until it has ended."))
    if do == "remove":
        file_store.delete(row.pk)
        MailTransfer.objects.filter(pk=row.pk).delete()
    elif do == "again" and can_go_on(row):
        row.state, row.attempts, row.text = State.WAITING, 0, ""
        row.save(update_fields=["state", "attempts", "text"])
        tasks.bring_in.delay(str(row.pk))


def can_go_on(row: MailTransfer) -> bool:
    """Whether the rest can be taken once there is room again."""
    failed = row.state == State.FAILED and not row.is_export
    return failed and file_store.path_of(row.pk).exists()


def _find(request: HttpRequest, pk: uuid.UUID) -> MailTransfer:
    row = MailTransfer.objects.filter(pk=pk, account_id=account_of(request).pk).first()
    if row is None:
        raise NotFound(gettext("Nothing is known of this file any more."))
    return row


def news_of(row: MailTransfer) -> dict[str, Any]:
    """What a page is told."""
    return {
        "key": str(row.pk),
        "state": row.state,
        "received": row.received,
        "size": row.size,
        "done": row.done,
        "total": row.total,
        "final": row.final,
        "text": row.text or progress_text(row),
        "again": can_go_on(row),
        "piece": reverse("webmail:import_piece", args=[row.pk]),
        "follow": reverse("webmail:transfer_state", args=[row.pk]),
    }


def progress_text(row: MailTransfer) -> str:
    """How far it is, in words."""
    if row.state == State.RECEIVING:
        percent = 100 * row.received // max(1, row.size)
        return gettext("%(percent)d %% of the file has come. Choose it again to go on.") % {
            "percent": percent
        }
    if row.state == State.WAITING:
        return gettext("Waiting…")
    return gettext("%(done)d of %(total)d messages…") % {
        "done": row.done,
        "total": max(row.done, row.total),
    }
