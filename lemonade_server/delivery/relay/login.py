"""Logging in to a smart host: the safest mechanism that it offers (RFC 4954)."""

from __future__ import annotations

import base64
import binascii
import secrets
import smtplib

from lemonade_server.wire.scram_client import ScramClient

from .hosts import Host
from .smtp_connection import SmtpConnection


def log_in(smtp: SmtpConnection, host: Host) -> None:
    """Raises SMTPException; its text holds nothing of the password."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "SCRAM-SHA-256" in offered:
        return _scram(smtp, host)
    if "PLAIN" in offered:
        return _plain(smtp, host)
    if "LOGIN" in offered:
        return _login(smtp, host)
    raise smtplib.SMTPNotSupportedError(
        "no login there that we know (SCRAM-SHA-256, PLAIN or LOGIN)"
    )


def _plain(smtp: SmtpConnection, host: Host) -> None:
    """RFC 4616."""
    response = "\0".join(["", host.login, host.password]).encode()
    _check_success(*smtp.docmd("AUTH", f"PLAIN {_encode(response)}"))


def _login(smtp: SmtpConnection, host: Host) -> None:
    """Name and password in answer to two prompts, as old hosts want it."""
    _challenge(*smtp.docmd("AUTH", "LOGIN"))
    _challenge(*smtp.docmd(_encode(host.login.encode())))
    _check_success(*smtp.docmd(_encode(host.password.encode())))


def _scram(smtp: SmtpConnection, host: Host) -> None:
    """RFC 7677. The host's last proof may come with 334 or with 235 (RFC 4954 §4)."""
    client = ScramClient(host.login, host.password, secrets.token_urlsafe(18).encode())
    try:
        first = _challenge(*smtp.docmd("AUTH", f"SCRAM-SHA-256 {_encode(client.first())}"))
        code, text = smtp.docmd(_encode(client.final(first)))
        if code != 334:
            _check_success(code, text)
            raise ValueError("the host has not proved itself")
        client.check(_decode(text))
    except ValueError as error:
        raise smtplib.SMTPException(f"SCRAM-SHA-256 failed: {error}") from error
    _check_success(*smtp.docmd(""))


def _challenge(code: int, text: bytes) -> bytes:
    if code != 334:
        raise smtplib.SMTPAuthenticationError(code, text)
    return _decode(text)


def _check_success(code: int, text: bytes) -> None:
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, text)


def _encode(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return text  # a prompt of LOGIN may be anything
