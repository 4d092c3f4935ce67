"""Where the mail servers are, how the way to them is protected, and who we are to them."""

from __future__ import annotations

import functools
import ipaddress
import ssl
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port; ``private`` when no packet to it leaves this machine."""

    host: str
    port: int

    @property
    def private(self) -> bool:
        """Loopback: a token may travel in the clear, and a self-signed certificate is fine."""
        if self.host == "localhost":
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return address.is_loopback


def _endpoint(value: tuple[str, int]) -> Endpoint:
    host, port = value
    every = {"0.0.0.0": "127.0.0.1", "::": "::1"}
    return Endpoint(every.get(host, host), port)


def imap_endpoint() -> Endpoint:
    """The IMAP server of ``settings.WEBMAIL_IMAP``."""
    return _endpoint(settings.WEBMAIL_IMAP)


def submission_endpoint() -> Endpoint:
    """The submission server of ``settings.WEBMAIL_SUBMISSION``."""
    return _endpoint(settings.WEBMAIL_SUBMISSION)


def sieve_endpoint() -> Endpoint:
    """The server for filters, of ``settings.WEBMAIL_SIEVE``."""
    return _endpoint(settings.WEBMAIL_SIEVE)


def url_host() -> str:
    """The name by which the IMAP server knows itself in URLs (``settings.WEBMAIL_URL_HOST``)."""
    return getattr(settings, "WEBMAIL_URL_HOST", "") or imap_endpoint().host


def authserv_id() -> str:
    """Under which name the receiving mail server writes Authentication-Results (RFC 8601 §2.2), in
    lower case: ``settings.WEBMAIL_AUTHSERV_ID``. Nobody else's are believed; "" believes nobody's.
    """
    return str(getattr(settings, "WEBMAIL_AUTHSERV_ID", "")).lower()


def message_limit() -> int:
    """Octets that a message may have."""
    return int(settings.WEBMAIL_MAX_MESSAGE)


def ticket_seconds() -> int:
    """How long a ticket for the submission server lives."""
    return int(getattr(settings, "WEBMAIL_TICKET_SECONDS", 3600))


@functools.cache
def _issuer(path: str) -> object:
    return import_string(path)


def login_token(email: str) -> str:
    """A short-lived token that logs ``email`` in; no mail password is ever kept."""
    issue = _issuer(settings.WEBMAIL_TOKEN)
    token = issue(email)  # type: ignore[operator]
    return str(token)


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Trusts the one certificate of ``settings.WEBMAIL_TLS_CERT``, else the system's authorities.

    With the server's own certificate pinned, its names say nothing more. On loopback a certificate
    proves nothing that the address does not, so none is asked for and the file is not read. Raises
    OSError when it can't be.
    """
    pinned = "" if endpoint.private else getattr(settings, "WEBMAIL_TLS_CERT", "")
    context = ssl.create_default_context(cafile=pinned or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if pinned:
        context.check_hostname = False
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    if endpoint.private:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
