"""The page that says where mail to an address goes."""

from __future__ import annotations

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from lemonade_server.delivery.route_report import ReportedLeg, report_route
from lemonade_server.models import Alias
from lemonade_server.store.db import snapshot

LONGEST = 320  # characters


def route_page(admin: ModelAdmin[Alias], request: HttpRequest) -> HttpResponse:
    """A form for an address and, once there is one, all that it leads to. It changes nothing."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    address = request.GET.get("address", "").strip()[:LONGEST]
    legs: list[ReportedLeg] = []
    wrong = ""
    if address:
        try:
            with snapshot() as tx:
                legs = report_route(tx, address)
        except ValueError as error:
            wrong = str(error)
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Where mail goes"),
        "address": address,
        "legs": legs,
        "wrong": wrong,
    }
    return TemplateResponse(request, "admin/lemonade_server/alias/route.html", context)
