"""The language of a page: what its reader has set, else what the browser asks for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin


def is_spoken(language: str) -> bool:
    """Whether there is a catalogue of it."""
    return language in dict(settings.LANGUAGES)


class ReadersLanguage(MiddlewareMixin):
    """Chooses it for each request, after Django knows who asks."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = getattr(request.user, "language", "")
        translation.activate(
            chosen if is_spoken(chosen) else translation.get_language_from_request(request)
        )

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if "no-store" not in response.headers.get("Cache-Control", ""):
            patch_vary_headers(response, ("Accept-Language",))
        return response
