"""``GET /healthz``: whether everything that makes up the system is up."""

from __future__ import annotations

import socket

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from . import heartbeat


def _imap_greets() -> bool:
    address = (settings.LEMONADE.host, settings.LEMONADE.imap_port)
    try:
        with socket.create_connection(address, timeout=2) as connection:
            return connection.recv(16).startswith(b"* OK")
    except OSError:
        return False


def processes() -> dict[str, bool]:
    """The parts of the system by name, and whether each is up."""
    return {
        "web": True,
        "mail": _imap_greets(),
        "worker": heartbeat.is_up("worker"),
        "scheduler": heartbeat.is_up("scheduler"),
    }


def healthz(request: HttpRequest) -> JsonResponse:
    """200 once web, mail server and worker are up; 503 and what is missing before."""
    up = processes()
    missing = [name for name, is_up in up.items() if not is_up]
    return JsonResponse(
        {"status": "down" if missing else "up", "up": up, "missing": missing},
        status=503 if missing else 200,
        headers={"Cache-Control": "no-store"},
    )
