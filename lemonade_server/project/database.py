"""``LEMONADE_DATABASE_URL`` as Django's database settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .environment import SettingError

PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c lock_timeout=30000",
}
"""How long a server that does not answer is waited for: seconds, and milliseconds in the last two.
Less than a client waits for us. The URL may say otherwise.
"""


def database(url: str, data: Path) -> dict[str, Any]:
    """SQLite in the data folder when ``url`` is empty, else PostgreSQL.

    ``postgresql://user:password@host:port/name?sslmode=require`` or ``sqlite:///path``.
    Raises SettingError.
    """
    if not url:
        return sqlite(data / "lemonade.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingError(
            f"LEMONADE_DATABASE_URL starts with {parts.scheme!r}: use postgresql:// or sqlite://"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**PATIENCE, **dict(parse_qsl(parts.query))},
    }


def sqlite(path: Path) -> dict[str, Any]:
    """One file in WAL mode. FULL: what was committed survives a power cut. Writers take turns."""
    return {
        "ENGINE": "lemonade_server.store.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                "PRAGMA cache_size=-16000; PRAGMA mmap_size=268435456;"
                "PRAGMA journal_size_limit=67108864"
            ),
        },
        "TEST": {"NAME": str(path) + ".test"},
    }
