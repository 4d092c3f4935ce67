"""Cookies that came by TLS never go back without it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin


class SecureCookies(MiddlewareMixin):
    """Marks every cookie of a response ``Secure`` when the request was.

    Not a setting: the very same server answers on loopback, where there is no TLS, and behind a
    proxy that says so (X-Forwarded-Proto, from loopback alone).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
