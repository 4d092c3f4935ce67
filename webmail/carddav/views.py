"""The methods of CardDAV on each address (RFC 6352, RFC 4918). Who asks says so each time."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import quote

from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from webmail.contacts.models import Contact
from webmail.mail import MailError, NotFound
from webmail.people.address_book import (
    ChangedMeanwhile,
    Condition,
    UidConflict,
    book_of,
    find_contact,
    remove,
    save,
)
from webmail.people.vcard.card import LONGEST_CARD, parse_vcard
from webmail.people.vcard.properties import BadCard

from .reports import asked_properties, report
from .resources import (
    BOOK,
    HOME,
    PRINCIPAL,
    ROOT,
    AddressData,
    Properties,
    book_properties,
    common_properties,
    contact_path,
    contact_properties,
    principal_properties,
    response,
)
from .xml import BadBody, card, dav, element, error_response, href, multistatus, parse_body

METHODS = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"
CLASSES = "1, 3, addressbook"
LONGEST_NAME = 200


@csrf_exempt
def well_known(request: HttpRequest) -> HttpResponseBase:
    """Where CardDAV begins (RFC 6764 §5), whatever method asks."""
    return redirect(ROOT, permanent=True)


@csrf_exempt
def resource(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Anything below ``/dav/``. No cookie counts here, only the password that comes along, so that
    no other page can ask in somebody's name.
    """
    if request.method == "OPTIONS" and "Authorization" not in request.headers:
        return _with_fields(HttpResponse())
    try:
        account = _account(request)
    except ValidationError as refusal:
        seconds = int((refusal.params or {}).get("seconds", 60))
        answer = HttpResponse(str(refusal.message), status=503, content_type="text/plain")
        answer["Retry-After"] = str(seconds)
        return answer
    if account is None:
        answer = HttpResponse("Sign in with your address and password.", status=401)
        answer["WWW-Authenticate"] = 'Basic realm="Lemonade", charset="UTF-8"'
        return answer
    try:
        return _with_fields(_answer(request, account, f"{ROOT}{path}"))
    except BadBody as error:
        return HttpResponse(f"This can't be read: {error}", status=400)
    except RequestDataTooBig:
        return error_response(413, element(card("max-resource-size")))
    except UidConflict as error:
        condition = element(card("no-uid-conflict"), href(contact_path(error.name)))
        return error_response(409, condition)
    except BadCard as error:
        return error_response(403, element(card("valid-address-data"), str(error)))
    except MailError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain")


def _account(request: HttpRequest) -> AbstractBaseUser | None:
    """Whom the password proves, by the door of all sign-ins. Raises ValidationError for a pause."""
    scheme, _, coded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    found = None
    if colon:
        found = authenticate(request, username=login, password=password, scope="contacts")
    return found if isinstance(found, AbstractBaseUser) else None


def _with_fields(answer: HttpResponse) -> HttpResponse:
    answer["DAV"] = CLASSES
    answer["Allow"] = METHODS
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _answer(request: HttpRequest, account: AbstractBaseUser, path: str) -> HttpResponse:
    """Raises BadBody, and what the address book raises."""
    name = path.removeprefix(BOOK) if path.startswith(BOOK) and path != BOOK else ""
    if request.method == "OPTIONS":
        return HttpResponse()
    if request.method == "PROPFIND":
        return _propfind(request, account, path, name)
    if request.method == "PROPPATCH":
        return _proppatch(request, path)
    if request.method == "REPORT" and path in (BOOK, BOOK.rstrip("/")):
        root = parse_body(request.body)
        if root is None:
            raise BadBody("a report is needed")
        return report(account.pk, account.get_username(), root)
    if name and is_name(name):
        if request.method in ("GET", "HEAD"):
            return _get(request, find_contact(account.pk, name))
        if request.method == "PUT":
            return _put(request, account.pk, name)
        if request.method == "DELETE":
            return _delete(request, account.pk, name)
    if request.method in ("MKCOL", "PUT", "DELETE", "COPY", "MOVE", "REPORT", "POST"):
        return HttpResponse("There is one address book, which stays.", status=403)
    return HttpResponse("A WebDAV address: programs read it, not browsers.", status=405)


def is_name(name: str) -> bool:
    """Whether a contact may be called so: it is one level of a path, and stays that."""
    is_level = "/" not in name and name not in (".", "..")
    return is_level and len(name) <= LONGEST_NAME and name.isprintable()


def _propfind(
    request: HttpRequest, account: AbstractBaseUser, path: str, name: str
) -> HttpResponse:
    """Properties of a resource, and with Depth 1 of those in it (RFC 4918 §9.1)."""
    root = parse_body(request.body)
    asked = None if root is None else asked_properties(root)
    depth = request.headers.get("Depth", "infinity").strip().lower()
    if depth == "infinity":
        return error_response(403, element(dav("propfind-finite-depth")))
    if depth not in ("0", "1"):
        raise BadBody("Depth is 0 or 1")
    email = account.get_username()
    if name:
        row = find_contact(account.pk, name)
        found: list[tuple[str, Properties]] = [(contact_path(name), contact_properties(email, row))]
    else:
        found = _collections(account, path, deep=depth == "1")
    return multistatus(response(where, there, asked) for where, there in found)


def _collections(
    account: AbstractBaseUser, path: str, *, deep: bool
) -> list[tuple[str, Properties]]:
    """A collection, and what is in it. Raises NotFound."""
    email = account.get_username()
    book = (BOOK, book_properties(email, book_of(account.pk)))
    home = (HOME, common_properties(email))
    principal = (PRINCIPAL, principal_properties(email))
    rows = Contact.objects.filter(account_id=account.pk).defer("card") if deep else []
    where = path if path.endswith("/") else f"{path}/"
    if where == BOOK:
        contacts = [(contact_path(one.name), contact_properties(email, one)) for one in rows]
        return [book, *contacts]
    if where == HOME:
        return [home, book] if deep else [home]
    if where == PRINCIPAL:
        return [principal]
    if where == ROOT:
        top = (ROOT, common_properties(email))
        return [top, principal, home] if deep else [top]
    raise NotFound("There is nothing here.")


def _proppatch(request: HttpRequest, path: str) -> HttpResponse:
    """Nothing of it can be changed (RFC 4918 §9.2)."""
    root = parse_body(request.body)
    found = () if root is None else root.iterfind(f".//{dav('prop')}/*")
    names = [str(one.tag) for one in found if isinstance(one.tag, str)][:100]
    refused = element(dav("prop"), *(element(name) for name in names))
    stat = element(dav("propstat"), refused, element(dav("status"), "HTTP/1.1 403 Forbidden"))
    return multistatus([element(dav("response"), href(quote(path)), stat)])


def _get(request: HttpRequest, row: Contact) -> HttpResponse:
    """The card; of version 3 unless the other one is asked for (RFC 6352 §5.1)."""
    is_new = "4.0" in request.headers.get("Accept", "")
    text = AddressData("4.0" if is_new else "3.0").text(row)
    answer = HttpResponse(text, content_type="text/vcard; charset=utf-8")
    answer["ETag"] = f'"{row.etag}"'
    return answer


def _put(request: HttpRequest, account_id: int, name: str) -> HttpResponse:
    """Keep a card. It has an ETag in the answer only where it is kept octet for octet: else who
    sent it must read it again (RFC 6352 §6.3.2.3).
    """
    if request.headers.get("Content-Type", "text/vcard").partition(";")[0].strip() not in (
        "text/vcard", "text/x-vcard", "text/directory", "",
    ):  # fmt: skip
        return error_response(415, element(card("supported-address-data")))
    octets = request.body
    if len(octets) > LONGEST_CARD:
        return error_response(413, element(card("max-resource-size")))
    try:
        text = octets.decode()
    except ValueError:
        raise BadCard("UTF-8 is needed.") from None
    there = Contact.objects.filter(account_id=account_id, name=name).first()
    row = save(account_id, parse_vcard(text), name, _condition(request, there))
    answer = HttpResponse(status=204 if there else 201)
    if row.card == text:
        answer["ETag"] = f'"{row.etag}"'
    return answer


def _delete(request: HttpRequest, account_id: int, name: str) -> HttpResponse:
    there = find_contact(account_id, name)
    remove(account_id, [name], _condition(request, there))
    return HttpResponse(status=204)


def _condition(request: HttpRequest, there: Contact | None) -> Condition:
    """If-Match and If-None-Match (RFC 9110 §13.1). Raises ChangedMeanwhile."""
    tags = [one.strip().removeprefix("W/").strip('"') for one in
            request.headers.get("If-Match", "").split(",")]  # fmt: skip
    wanted = next(filter(None, tags), "")
    if wanted and there is None:
        raise ChangedMeanwhile("There is no such contact.")
    if there is not None and (wanted == "*" or there.etag in tags):
        wanted = there.etag
    is_new = request.headers.get("If-None-Match", "").strip() == "*"
    return Condition(etag=wanted, is_new=is_new)
