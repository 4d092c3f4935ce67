"""The protocol by which files come: tus 1.0 with creation, termination and expiration.

``POST`` begins a file and says how much of it there is already, ``HEAD`` says so again, ``PATCH``
adds to it, ``DELETE`` removes it. Refused is what would not fit, before an octet of it travels.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from webmail.mail import BadDraft, Refused, base64_size, number
from webmail.models import FileUpload
from webmail.outgoing import idempotency
from webmail.pages.folders import mail_of
from webmail.pages.page import email_of, mail_page, read_form_token
from webmail.pages.sizes import size_in_words
from webmail.people.identities import account_of
from webmail.transport.endpoint import message_limit

from . import uploads
from .uploads import UploadTooLarge

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LATEST = 2**53  # ms: no browser counts further


@mail_page
@require_http_methods(["POST", "OPTIONS"])
def begin(request: HttpRequest) -> HttpResponseBase:
    """Begin a file, or go on with one of the same name, size and time of the same form."""
    if request.method == "OPTIONS":
        about = {"Tus-Version": VERSION, "Tus-Extension": "creation,termination,expiration"}
        return _answer(204, None, {**about, "Tus-Max-Size": str(message_limit())})
    if (refusal := _other_version(request)) is not None:
        return refusal
    about = read_metadata(request.headers.get("Upload-Metadata", ""))
    size = number(request.headers.get("Upload-Length", ""))
    modified = number(about.get("modified", "0"))
    email, key = read_form_token(about.get("form", ""))
    if email != email_of(request):
        raise BadDraft("", gettext("This was written from another account. Sign in there again."))
    if size is None or modified is None or modified > LATEST:
        raise BadDraft("files", gettext("The size of the file can't be read."))
    account = account_of(request)
    if idempotency.is_over(account, key):
        raise Refused(gettext("This message was sent already, or thrown away."))
    _check_room(request, size)
    row = uploads.begin(account, key, about.get("name", ""), about.get("type", ""), size, modified)
    where = reverse("webmail:upload", args=[row.pk])
    return _answer(201, row, {"Location": where})


def _check_room(request: HttpRequest, size: int) -> None:
    """Raises UploadTooLarge where a message, or the mailbox, has no room for it."""
    coded = base64_size(size)
    if coded > message_limit():
        words = gettext("This file is too large: a message may have %(limit)s.")
        raise UploadTooLarge(words % {"limit": size_in_words(message_limit())})
    room = mail_of(request).quota().room
    if room is not None and coded > room:
        words = gettext("The mailbox has room for %(room)s more, and this file takes %(size)s.")
        sizes = {"room": size_in_words(room), "size": size_in_words(coded)}
        raise UploadTooLarge(words % sizes)


@mail_page
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """How much of a file there is; a piece more of it; its end."""
    if (refusal := _other_version(request)) is not None:
        return refusal
    row = uploads.find(account_of(request), pk)
    if request.method == "DELETE":
        uploads.remove(row)
        return _answer(204)
    if request.method == "HEAD":
        return _answer(200, row)
    if request.content_type != PIECE:
        return _answer(415)
    offset = number(request.headers.get("Upload-Offset", ""))
    if offset is None:
        raise BadDraft("files", gettext("Where the piece belongs can't be read."))
    try:
        uploads.receive(row, offset, request.read)
    except UnreadablePostError:  # the link was cut: what came of it counts
        row.refresh_from_db()
    return _answer(204, row)


def read_metadata(header: str) -> dict[str, str]:
    """``key base64,key base64``; what can't be read is left out."""
    found = {}
    for pair in header[:8_000].split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return found


def _other_version(request: HttpRequest) -> HttpResponseBase | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _answer(412, None, {"Tus-Version": VERSION})


def _answer(
    status: int, row: FileUpload | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    response = HttpResponse(status=status, headers={"Tus-Resumable": VERSION, **(headers or {})})
    if row is not None:
        response["Upload-Offset"] = str(row.received)
        response["Upload-Length"] = str(row.size)
        response["Upload-Expires"] = http_date((row.updated_at + uploads.KEPT).timestamp())
    return response
