"""Connecting to a mail host: greeted, encrypted as it must or can be, logged in where needed."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace

from . import dane, host_verification, requiretls
from .host_verification import NotProven
from .hosts import Host, NoHost
from .login import log_in
from .replies import HostFailed, get_reason
from .smtp_connection import SmtpConnection


def connect(host: Host, own_name: str) -> SmtpConnection:
    """A greeted connection, encrypted where that is possible, logged in where it is needed.

    Raises HostFailed.
    """
    if host.requiretls:
        return requiretls.connect_protected(host, lambda: _connect(host, own_name))
    return _connect(host, own_name)


def _connect(host: Host, own_name: str) -> SmtpConnection:
    """Raises HostFailed."""
    host = dane.add_proof(host)
    if host.requiretls and host.proof is not None and not host.proof.records:
        host = replace(host, proof=None)  # they ask for TLS, and prove nothing
    if host.proof is not None:
        return _connect_by_dane(host, own_name)
    if host.proof_needed:
        raise HostFailed(f"{host.name} is not in the MTA-STS policy of its domain", "4.7.5")
    try:
        return _open(host, own_name, tls=True)
    except ssl.SSLError as error:
        if host.login or host.implicit_tls or host.proven:
            raise HostFailed(f"TLS with {host.name} failed: {error}", "4.7.5") from error
    try:
        # TLS is only opportunistic here: a host that offers it broken is taken without.
        return _open(host, own_name, tls=False)
    except ssl.SSLError as error:
        raise HostFailed(f"TLS with {host.name} failed: {error}") from error


def _connect_by_dane(host: Host, own_name: str) -> SmtpConnection:
    """One to a host that its signed DNS tells of, which is never used without TLS. Raises
    HostFailed.
    """
    assert host.proof is not None
    while True:
        try:
            smtp = _open(host, own_name, tls=True)
        except ssl.SSLError as error:
            raise HostFailed(f"DANE: TLS with {host.name} failed: {error}", "4.7.5") from error
        assert isinstance(smtp.sock, ssl.SSLSocket)
        try:
            anchors = host_verification.anchors(smtp.sock, host)
        except NotProven as error:
            smtp.hang_up()
            raise HostFailed(str(error), "4.7.5") from error
        if not anchors:
            return smtp
        smtp.hang_up()
        host = replace(host, proof=replace(host.proof, anchors=anchors))


def _open(host: Host, own_name: str, tls: bool) -> SmtpConnection:
    """Raises HostFailed, ssl.SSLError."""
    smtp = SmtpConnection(host, own_name)
    try:
        _greet(smtp, host, tls)
    except ssl.SSLError:
        smtp.close()
        raise
    except NoHost as error:
        smtp.close()
        raise HostFailed(error.text, error.status) from error
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise HostFailed(f"{host.name}: {get_reason(error)}") from error
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: SmtpConnection, host: Host, tls: bool) -> None:
    code, text = smtp.connect(host.name, host.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    smtp.ehlo_or_helo_if_needed()
    if host.implicit_tls:
        pass
    elif tls and smtp.has_extn("starttls"):
        _start_tls(smtp, host)
    elif host.proof is not None:
        raise ssl.SSLError("its TLSA records want TLS, and the host does not offer it")
    elif host.proven:
        who = "the message" if host.requiretls else "the domain's policy"
        raise ssl.SSLError(f"{who} wants TLS, and the host does not offer it")
    elif host.login and not host.is_loopback:
        raise smtplib.SMTPNotSupportedError("no TLS there: the relay's password is not sent")
    if host.login:
        log_in(smtp, host)


def _start_tls(smtp: SmtpConnection, host: Host) -> None:
    try:
        smtp.starttls(context=host_verification.tls_context(host))
    except smtplib.SMTPResponseException as error:
        raise ssl.SSLError(f"STARTTLS is offered and refused: {get_reason(error)}") from error
    except OSError as error:
        if isinstance(error, ssl.SSLError) or host.proven or host.proof is not None or host.login:
            raise
        raise ssl.SSLError(f"STARTTLS is offered and broken: {get_reason(error)}") from error
    smtp.ehlo_or_helo_if_needed()
