"""Signing in to the web: ``alice`` is enough for the default domain, and guessing is braked."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from lemonade_server.auth import login_log
from lemonade_server.auth.refusal import Busy, LoginDelayed
from lemonade_server.auth.web_login import check_password
from lemonade_server.directory.accounts import USER_ROLE
from lemonade_server.models import Account
from lemonade_server.models.app_passwords import Scope

METHOD = "FORM"


class AddressBackend(ModelBackend):
    """The check of the mail servers, in place of Django's."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> Account | None:
        """The account of an address and a password.

        With ``scope`` among the fields, an app password will do that has it. Raises ValidationError
        for a pause, which becomes an error of the form that asks: its code
        is ``try_again``, and ``seconds`` is among its parameters.
        """
        login = username if username is not None else fields.get("email")
        if not login or password is None:
            return None
        scope = Scope(fields["scope"]) if "scope" in fields else None
        protocol, peer, client = _asker(request)
        try:
            identity = check_password(str(login), password, peer, scope)
        except LoginDelayed as refusal:
            login_log.log_refusal(refusal, protocol, peer, METHOD, client)
            seconds = {"seconds": refusal.seconds}
            raise ValidationError(_words(refusal), "try_again", seconds) from refusal
        if identity is None or identity.role != USER_ROLE:
            login_log.log_failure(protocol, str(login), peer, METHOD, client)
            return None
        login_log.log_success(protocol, identity.email, peer, METHOD, client)
        return Account.objects.filter(pk=identity.id).first()


def _words(refusal: LoginDelayed) -> str:
    """Why nothing is looked at now, in the language of the page."""
    if isinstance(refusal, Busy):
        return gettext("Too many logins at once: try again in a few seconds.")
    seconds, minutes = refusal.seconds, -(-refusal.seconds // 60)
    if seconds < 90:
        span = ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    else:
        span = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    at = time.strftime("%H:%M:%S UTC", time.gmtime(time.time() + seconds))
    text = gettext("Too many failed logins: try again in %(span)s, at %(time)s.")
    return text % {"span": span, "time": at}


def _asker(request: HttpRequest | None) -> tuple[str, str, str]:
    """By which face somebody signs in, from which address, with which browser."""
    if request is None:
        return "web", "", ""
    faces = ("admin", "dav")
    protocol = next((name for name in faces if request.path.startswith(f"/{name}/")), "web")
    address = str(request.META.get("REMOTE_ADDR") or "")
    return protocol, address, str(request.META.get("HTTP_USER_AGENT", ""))
