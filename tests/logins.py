"""A login as the web face judges it."""

from __future__ import annotations

from lemonade_server.auth.web_login import check_password
from lemonade_server.directory.accounts import Identity


def authenticate(login: str, password: str) -> Identity | None:
    """Whom a password proves. Failures count, as everywhere."""
    return check_password(login, password, "192.0.2.1")
