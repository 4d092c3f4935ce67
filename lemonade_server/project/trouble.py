"""The page of a request that brought out a bug, or met a store that is away."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error as broken

from .outage_log import outage_behind

LATER = 30
"""Seconds after which to ask again."""


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the system only waits for its database or another store."""
    store, _ = outage_behind(sys.exc_info()[1])
    if not store:
        return broken(request)
    page = render(request, "503.html", status=503)
    page["Retry-After"] = str(LATER)
    page["Cache-Control"] = "no-store"
    return page
