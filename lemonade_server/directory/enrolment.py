"""The life of an account: it is enrolled with its mailboxes and removed with its mail.

Shared by the command line and the admin, so that both refuse the same things in the same words.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from lemonade_server.models import Account, Alias, Domain
from lemonade_server.models.accounts import CREDENTIALS
from lemonade_server.store import mailboxes
from lemonade_server.store.ids import AccountId
from lemonade_server.store.tx import transaction

from .removal import loss_with_account, remove_loss


class InvalidAccount(ValueError):
    """The account can't be made or changed; the text says why and what to do."""


class AccountExists(InvalidAccount):
    """There is an account of that address already."""


def checked_address(email: str) -> str:
    """The address folded to lower case. Raises InvalidAccount unless it is free and of our domains.

    The default domain (LEMONADE_DOMAIN) is ours without being added.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvalidAccount(
            gettext("%(address)s is not an e-mail address.") % {"address": repr(email)}
        ) from None
    domain = address.rpartition("@")[2]
    if domain == settings.LEMONADE.domain:
        Domain.objects.get_or_create(name=domain)
    elif not Domain.objects.filter(name=domain).exists():
        raise InvalidAccount(
            gettext(
                "%(domain)s is not a domain of this server: `domain add %(domain)s` makes it one."
            )
            % {"domain": domain}
        )
    if Account.objects.filter(email=address).exists():
        raise AccountExists(gettext("%(address)s has an account already.") % {"address": address})
    if Alias.objects.filter(address=address).exists():
        raise InvalidAccount(
            gettext("%(address)s is an alias: delete it first.") % {"address": address}
        )
    return address


def checked_password(password: str) -> str:
    """The password. Raises InvalidAccount when there is none, or nobody could sign in by it."""
    if not password:
        raise InvalidAccount(gettext("The password is empty."))
    if "\0" in password:  # which neither a form nor SASL can carry
        raise InvalidAccount(gettext("A password can't have such a character."))
    return password


def weakness(password: str) -> str:
    """Why the password is easy to guess; empty when it is not. A warning, not a refusal."""
    try:
        validate_password(password)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def enrol(email: str, password: str, *, quota: int = 0, superuser: bool = False) -> Account:
    """Make an account with its standard mailboxes. ``quota`` in octets, 0 is none.

    The caller has judged address and password with the functions above.
    """
    account = Account(email=email, quota=quota, is_staff=superuser, is_superuser=superuser)
    account.set_password(password)
    return store(account)


def store(account: Account) -> Account:
    """Write a new account, whose password is set, with its standard mailboxes."""
    with transaction() as tx:
        account.save(force_insert=True)
        mailboxes.provision(tx, AccountId(account.pk))
        # The mailboxes took UIDVALIDITYs: whoever saves the object must not take them back.
        account.refresh_from_db(fields=["last_uidvalidity"])
    return account


def change_password(account: Account, password: str) -> None:
    """Give an account another one. Its sessions, tokens and connections end; its app
    passwords stay.
    """
    account.set_password(password)
    account.save(update_fields=CREDENTIALS)


def remove(account: Account) -> None:
    """Erase an account with all its mail, keys and tickets, and what leads only to it. What it
    submitted is still sent.
    """
    with transaction() as tx:
        remove_loss(loss_with_account(account.email))
        mailboxes.delete_all(tx, AccountId(account.pk))
        account.delete()
