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
