"""A database for each server under test, where the tests run on PostgreSQL.

``LEMONADE_DATABASE_URL=postgresql://…/name pytest`` runs the tests of the store in ``test_name``
and gives every server that a test starts a database of its own.
"""

from __future__ import annotations

import atexit
import secrets
from urllib.parse import urlsplit, urlunsplit


def own_database(url: str) -> str:
    """The URL of a new, empty database beside this one, dropped when the tests end.

    "" where ``url`` is not of PostgreSQL: each data folder has an SQLite file of its own.
    """
    if not url.startswith("postgres"):
        return ""
    name = f"lemonade_{secrets.token_hex(6)}"
    _run(url, f"CREATE DATABASE {name}")
    atexit.register(_run, url, f"DROP DATABASE {name} WITH (FORCE)")
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
