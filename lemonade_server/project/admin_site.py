"""The admin as a whole: its name, and the front page with the state of the system.

Apart from the ``admin`` package, which is only imported once this site is there to register with.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy

from lemonade_server.store.errors import Refused

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])

NEEDED = [
    f"lemonade_server.view_{model}"
    for model in ("account", "mailbox", "recipient", "urlauthticket")
]


MENU = (
    "account", "domain", "alias", "mailbox", "sievescript", "recipient", "submission",
    "destination", "stspolicy", "dkimkey", "urlauthticket", "urlauthkey", "imapsession",
    "loginattempts",
)  # fmt: skip
"""The tables in the order of the menu: people, what they have, where mail goes, keys."""


APPLICATIONS = ("lemonade_server", "webmail", "auth")
"""Their order, whatever they are called in the language of the page."""


class MailAdminSite(AdminSite):
    """For staff. The figures are for those who may see what they count."""

    site_title = "Lemonade"
    site_header = "Lemonade"
    index_title = gettext_lazy("The server at a glance")
    index_template = "admin/dashboard.html"
    # The links are in the head: lists of mail need the width.
    enable_nav_sidebar = False

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page; while nothing is looked at it says so by its status, too."""
        page = super().login(request, extra_context)
        context = (page.context_data if isinstance(page, TemplateResponse) else None) or {}
        seconds = _wait_of(context["form"]) if "form" in context else 0
        if seconds:
            page.status_code = 429
            page.headers["Retry-After"] = str(seconds)
        return page

    def admin_view(self, view: ViewT, cacheable: bool = False) -> ViewT:
        """Django's, and what the store refuses after a form was checked is said on the page."""
        checked = super().admin_view(view, cacheable)

        @wraps(checked)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return checked(request, *args, **kwargs)
            except Refused as refusal:
                from lemonade_server.admin.store_errors import message_of

                messages.error(request, message_of(refusal))
                return HttpResponseRedirect(request.get_full_path())

        return cast(ViewT, answer)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from lemonade_server.admin.dashboard import current_dashboard

        context = dict(extra_context or {})
        if request.user.has_perms(NEEDED):
            context["dashboard"] = current_dashboard()
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: what is used most comes first, and is called as on its page."""
        found: list[Any] = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=_place)
            for entry in app["models"]:
                heading = getattr(self._registry[entry["model"]], "heading", "")
                entry["name"] = heading or entry["name"]
        return sorted(found, key=lambda app: APPLICATIONS.index(app["app_label"]))


def _wait_of(form: BaseForm) -> int:
    """Seconds until a sign-in is looked at again; 0 when it was."""
    errors = form.errors.as_data().get(NON_FIELD_ERRORS, []) if form.is_bound else []
    found = [error.params or {} for error in errors if error.code == "try_again"]
    return max((int(params.get("seconds", 1)) for params in found), default=0)


def _place(entry: Any) -> int:
    name = entry["model"]._meta.model_name
    return MENU.index(name) if name in MENU else len(MENU)
