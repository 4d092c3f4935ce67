"""The certificate that a server starts with."""

from __future__ import annotations

from django.core.management.base import CommandError

from lemonade_server.net.certificate import Certificate, CertificateError, server_certificate
from lemonade_server.project.environment import Environment


def find_certificate(env: Environment) -> Certificate:
    """The operator's, or the self-signed one of the data folder. Raises CommandError."""
    try:
        return server_certificate(env.tls_cert, env.tls_key, env.data, env.hostname)
    except CertificateError as error:
        raise CommandError(f"{error}. See LEMONADE_TLS_CERT and LEMONADE_TLS_KEY.") from None
