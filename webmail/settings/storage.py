"""The page of how much room mail takes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from webmail.pages.folders import mail_of, tree_of
from webmail.pages.page import mail_page, show


@mail_page
@require_safe
def storage(request: HttpRequest) -> HttpResponseBase:
    """What is used of what is allowed, and one's own folders, the largest first."""
    session = mail_of(request)
    own = [folder for folder in tree_of(request) if folder.selectable and not folder.prefix]
    sizes = session.sizes([folder.name for folder in own])
    rows = sorted(own, key=lambda folder: sizes.get(folder.name, 0), reverse=True)
    context = {
        "quota": session.quota(),
        "rows": [(folder, sizes.get(folder.name)) for folder in rows],
        "total": sum(sizes.values()),
    }
    return show(request, "webmail/settings/storage.html", context)
