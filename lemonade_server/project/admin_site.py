"""The admin as a whole: its name, and the front page with the state of the system.

Apart from the ``admin`` package, which is only imported once this site is there to register with.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

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


class MailAdminSite(AdminSite):
    """For staff. The figures are for those who may see what they count."""

    site_title = "Lemonade"
    site_header = "Lemonade"
    index_title = "The server at a glance"
    index_template = "admin/glance.html"
    # The links are in the head: lists of mail need the width.
    enable_nav_sidebar = False

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from lemonade_server.admin.glance import glance

        context = dict(extra_context or {})
        if request.user.has_perms(NEEDED):
            context["glance"] = glance()
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu: what is used most comes first, and is called as on its page."""
        found: list[Any] = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=_place)
            for entry in app["models"]:
                heading = getattr(self._registry[entry["model"]], "heading", "")
                entry["name"] = heading or entry["name"]
        return sorted(found, key=lambda app: app["app_label"] == "auth")


def _place(entry: Any) -> int:
    name = entry["model"]._meta.model_name
    return MENU.index(name) if name in MENU else len(MENU)
