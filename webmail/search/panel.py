"""The page of the panel that writes the operators for those who do not know them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.pages.folders import tree_of
from webmail.pages.page import mail_page, pane, show

from .panel_form import PanelForm, fields_of
from .parser import parse
from .results import results_url
from .words import QueryError
from .writer import write


@mail_page
@require_safe
def panel(request: HttpRequest) -> HttpResponseBase:
    """The panel, with what the query ``q`` says in it; filled in, it leads to the results."""
    folders = tree_of(request)
    query = request.GET.get("q", "").strip()
    if "go" in request.GET:
        form = PanelForm(folders, data=request.GET)
        if form.is_valid():
            return redirect(results_url({"q": write(form.tree())}))
    else:
        try:
            fields = fields_of(parse(query), folders)
        except QueryError:
            fields = {"words": query}
        form = PanelForm(folders, initial=fields)
    context = {
        "query": query,
        "form": form,
        "title": gettext("Search options"),
        "list_template": "webmail/search/panel.html",
        "list_url": results_url({"q": query}),
        "everywhere": True,
    }
    if not pane(request):
        return show(request, "webmail/reading/mailbox.html", context)
    return show(
        request, "webmail/reading/panes.html", {**context, "show_list": True, "show_letter": True}
    )
