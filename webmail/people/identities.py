"""From which of their addresses somebody writes, and by which name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from webmail.mail import Address, one_line
from webmail.models import Identity, Preferences

from .identity import Identities, IdentitySettings, MailSignature

LONGEST_NAME = 200


class OwnAddresses(Protocol):
    """``settings.WEBMAIL_ADDRESSES``: the addresses of an account, its own first."""

    def __call__(self, email: str) -> list[str]: ...


def own_of(request: HttpRequest) -> Identities:
    """The addresses of who has signed in, with names."""
    return of(account_of(request))


def account_of(request: HttpRequest) -> AbstractBaseUser:
    """The account that has signed in."""
    account = request.user
    assert isinstance(account, AbstractBaseUser)  # ``mail_page`` lets nobody else in
    return account


def of(account: AbstractBaseUser) -> Identities:
    """All that can be chosen. The preferred one is the default or, where there is none, the last
    that a new message was from.
    """
    rows = Identity.objects.filter(account_id=account.pk)
    settled = {row.address: row for row in rows}
    name = account_name(account)
    found = [
        Address((settled[one].name if one in settled else "") or name, one)
        for one in _addresses(account.get_username())
    ]
    used = {row.used_at: row.address for row in settled.values() if row.used_at}
    default = next((row.address for row in settled.values() if row.is_default), "")
    wanted = [default, used[max(used)] if used else ""]
    named = {one.address: one for one in found}
    return Identities(
        found,
        next((named[one] for one in wanted if one in named), found[0]),
        {address: _settings(row) for address, row in settled.items()},
        _is_signature_above(account),
    )


def _settings(row: Identity) -> IdentitySettings:
    signature = MailSignature(row.signature_text, row.signature_html)
    return IdentitySettings(signature, row.reply_to, row.bcc, row.sent_folder)


def _is_signature_above(account: AbstractBaseUser) -> bool:
    rows = Preferences.objects.filter(account_id=account.pk)
    return bool(next(iter(rows.values_list("signature_above", flat=True)), True))


def prefer(account: AbstractBaseUser, chosen: str) -> None:
    """A new message was written from there: so will be the next one."""
    own = _addresses(account.get_username())
    if len(own) > 1 and chosen.lower() in own:
        _settle(account, chosen.lower(), used_at=timezone.now())


def rename(account: AbstractBaseUser, names: Mapping[str, str]) -> None:
    """The names of some of the own addresses. One that is the account's, or empty, follows that;
    addresses of others are ignored.
    """
    own = set(_addresses(account.get_username()))
    for address, given in names.items():
        name = one_line(given)[:LONGEST_NAME]
        if address.lower() in own:
            _settle(account, address.lower(), name="" if name == account_name(account) else name)


def settle(account: AbstractBaseUser, address: str, name: str, settings: IdentitySettings) -> None:
    """What holds for messages from an own address from now on; of others' nothing is kept."""
    rename(account, {address: name})
    if address.lower() in _addresses(account.get_username()):
        _settle(
            account,
            address.lower(),
            signature_text=settings.signature.text,
            signature_html=settings.signature.html,
            reply_to=settings.reply_to,
            bcc=settings.bcc,
            sent_folder=settings.sent_folder,
        )


def set_default(account: AbstractBaseUser, address: str, *, is_default: bool) -> None:
    """New messages are from this one, or from the last again."""
    own = Identity.objects.filter(account_id=account.pk)
    with transaction.atomic():
        if is_default:
            own.exclude(address=address.lower()).update(is_default=False)
        own.filter(address=address.lower()).update(is_default=is_default)


def default_of(account: AbstractBaseUser) -> str:
    """The address that is the default; "" where the last one is."""
    found = Identity.objects.filter(account_id=account.pk, is_default=True).first()
    return found.address if found else ""


def account_name(account: AbstractBaseUser) -> str:
    """The display name, where the project's accounts have one."""
    return str(getattr(account, "name", "") or "")


def _addresses(email: str) -> list[str]:
    """In lower case, once each; without the setting, the account's own alone."""
    path = getattr(settings, "WEBMAIL_ADDRESSES", "")
    ask: OwnAddresses | None = import_string(path) if path else None
    more = ask(email) if ask is not None else []
    return list(dict.fromkeys(one.lower() for one in (email, *more)))


def _settle(account: AbstractBaseUser, address: str, **fields: object) -> None:
    Identity.objects.update_or_create(account_id=account.pk, address=address, defaults=fields)
