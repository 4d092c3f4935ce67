"""Every setting an operator can make, read once from the environment and typed.

``LEMONADE_NAME`` or, for secrets, ``LEMONADE_NAME_FILE`` with the path of a file that holds it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from lemonade_server.wire.name_server import is_near, name_server
from lemonade_server.wire.network_addresses import Network, networks
from lemonade_server.wire.relay_url import parse_relay_url
from lemonade_server.wire.trusted_servers import trusted_servers

PLAINTEXT_AUTH = ("never", "loopback", "always")
DMARC = ("off", "mark", "enforce")
COLLEAGUES = ("off", "domain")
MOST_WORKERS = 64


class SettingError(ValueError):
    """A setting has a value that can't be used. The text names it and says what is allowed."""


def _text(name: str, default: str = "") -> str:
    path = os.environ.get(f"LEMONADE_{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"LEMONADE_{name}_FILE: can't read {path}: {error}") from error
    return os.environ.get(f"LEMONADE_{name}", "").strip() or default


def _number(name: str, default: int, low: int, high: int) -> int:
    text = _text(name, str(default))
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise SettingError(f"LEMONADE_{name} is {text!r}: a number from {low} to {high} is needed")
    return value


def _cores() -> int:
    """Those that this process may use."""
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def _choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = _text(name, default).lower()
    if value not in allowed:
        raise SettingError(f"LEMONADE_{name} is {value!r}: use one of {', '.join(allowed)}")
    return value


def _relay() -> str:
    """A relay that can't be used is refused now, not when the first message waits for it."""
    url = _text("RELAY_URL")
    if url:
        try:
            parse_relay_url(url)
        except ValueError as error:
            raise SettingError(str(error)) from None
    return url


def _dns() -> str:
    server = _text("DNS")
    if server:
        try:
            name_server(server)
        except ValueError as error:
            raise SettingError(f"LEMONADE_DNS is {server!r}: {error}") from None
    return server


def _dane() -> bool:
    """Whatever stands between us and the name server could forge its word that all is signed."""
    wanted = _choice("DANE", "off", ("on", "off")) == "on"
    if wanted and not is_near(_dns()):
        raise SettingError(
            "LEMONADE_DANE is on: LEMONADE_DNS must name a validating name server on this"
            " machine, as 127.0.0.1:53"
        )
    return wanted


def _rspamd() -> str:
    url = _text("RSPAMD_URL").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise SettingError("LEMONADE_RSPAMD_URL: http://host:11333 or https://… is needed")
    return url


def _burl_servers() -> str:
    text = _text("BURL_SERVERS")
    try:
        trusted_servers(text)
    except ValueError as error:
        raise SettingError(str(error)) from None
    return text


def _lmtp_host() -> str:
    host = _text("LMTP_HOST", "127.0.0.1")
    return "" if host.lower() == "off" else host


def _networks(name: str) -> tuple[Network, ...]:
    text = _text(name)
    try:
        return networks(text)
    except ValueError as error:
        raise SettingError(
            f"LEMONADE_{name} is {text!r}: {error}; networks as 192.0.2.0/24 2001:db8::/32 are"
            " needed"
        ) from None


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of the outside contract. Ports in 1..65535, sizes in octets.

    ``lmtp_host`` is empty where LMTP is off. What may hold a password is not shown.
    """

    data: Path
    host: str
    web_host: str
    lmtp_host: str
    hostname: str
    domain: str
    web_port: int
    imap_port: int
    imaps_port: int
    submission_port: int
    submissions_port: int
    smtp_port: int
    lmtp_port: int
    sieve_port: int
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    blob_url: str = field(repr=False)
    relay_url: str = field(repr=False)
    relay_connections: int
    burl_servers: str = field(repr=False)
    mail_workers: int
    convert: bool
    convert_processes: int
    convert_cache: int
    convert_image: str
    plaintext_auth: str
    login_exempt_networks: tuple[Network, ...]
    max_message: int
    message_limit: int
    reconnect: bool
    reconnect_minutes: int
    tls_cert: str
    tls_key: str
    web_tls: bool
    dns: str
    dane: bool
    dmarc: str
    greylist: bool
    rspamd_url: str = field(repr=False)
    account_rate: int
    domain_rate: int
    colleagues: str

    @classmethod
    def read(cls) -> Environment:
        """Read the process environment. Raises SettingError."""

        def port(name: str, default: int) -> int:
            return _number(f"{name}_PORT", default, 1, 65535)

        return cls(
            data=Path(_text("DATA", "var")).resolve(),
            host=_text("HOST", "127.0.0.1"),
            web_host=_text("WEB_HOST", _text("HOST", "127.0.0.1")),
            lmtp_host=_lmtp_host(),
            hostname=_text("HOSTNAME", "localhost").lower(),
            domain=_text("DOMAIN", "lemonade.test").lower(),
            web_port=port("WEB", 8000),
            imap_port=port("IMAP", 1143),
            imaps_port=port("IMAPS", 1993),
            submission_port=port("SUBMISSION", 1587),
            submissions_port=port("SUBMISSIONS", 1465),
            smtp_port=port("SMTP", 1025),
            lmtp_port=port("LMTP", 1024),
            sieve_port=port("SIEVE", 4190),
            database_url=_text("DATABASE_URL"),
            redis_url=_text("REDIS_URL"),
            blob_url=_text("BLOB_URL"),
            relay_url=_relay(),
            burl_servers=_burl_servers(),
            relay_connections=_number("RELAY_CONNECTIONS", 4, 1, 64),
            mail_workers=_number("MAIL_WORKERS", _cores(), 1, MOST_WORKERS),
            convert=_choice("CONVERT", "on", ("on", "off")) == "on",
            convert_processes=_number("CONVERT_PROCESSES", 2, 1, 64),
            convert_cache=_number("CONVERT_CACHE", 268_435_456, 0, 2**50),
            convert_image=_choice("CONVERT_IMAGE", "jpeg", ("jpeg", "png", "webp")),
            plaintext_auth=_choice("PLAINTEXT_AUTH", "loopback", PLAINTEXT_AUTH),
            login_exempt_networks=_networks("LOGIN_EXEMPT_NETWORKS"),
            max_message=_number("MAX_MESSAGE", 104_857_600, 1024, 4_294_967_295),
            message_limit=_number("MESSAGE_LIMIT", 1_000_000, 1_000, 1_000_000_000),
            reconnect=_choice("RECONNECT", "on", ("on", "off")) == "on",
            reconnect_minutes=_number("RECONNECT_MINUTES", 30, 30, 43_200),
            tls_cert=_text("TLS_CERT"),
            tls_key=_text("TLS_KEY"),
            web_tls=_choice("WEB_TLS", "off", ("on", "off")) == "on",
            dns=_dns(),
            dane=_dane(),
            dmarc=_choice("DMARC", "mark", DMARC),
            greylist=_choice("GREYLIST", "off", ("on", "off")) == "on",
            rspamd_url=_rspamd(),
            account_rate=_number("ACCOUNT_RATE", 0, 0, 10_000_000),
            domain_rate=_number("DOMAIN_RATE", 0, 0, 10_000_000),
            colleagues=_choice("COLLEAGUES", "off", COLLEAGUES),
        )
