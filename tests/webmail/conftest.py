"""The gateway against servers: ours, and Dovecot where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.mailserver import MailServer
from webmail.mail.imap.client import LemonadeClient
from webmail.mail.imap.pool import connections
from webmail.transport.endpoint import Endpoint

from . import link
from .dovecot import dovecot, installed
from .website import Site


@pytest.fixture
def ours(mail_server: MailServer, settings: Any) -> Iterator[MailServer]:
    """The webmail's settings lead to our server."""
    link.server = mail_server
    settings.WEBMAIL_IMAP = ("127.0.0.1", mail_server.ports["imap"])
    settings.WEBMAIL_SUBMISSION = ("127.0.0.1", mail_server.ports["submission"])
    settings.WEBMAIL_SIEVE = ("127.0.0.1", mail_server.ports["sieve"])
    settings.WEBMAIL_TOKEN = "tests.webmail.link.token"
    settings.WEBMAIL_ADDRESSES = "tests.webmail.link.addresses"
    settings.WEBMAIL_DELIVERY = "tests.webmail.link.deliveries"
    settings.WEBMAIL_TIMELINE = "tests.webmail.link.history"
    settings.WEBMAIL_CANCEL = "tests.webmail.link.cancel"
    settings.WEBMAIL_URL_HOST = "localhost"
    settings.CELERY_TASK_ALWAYS_EAGER = False
    yield mail_server
    connections.close()


@pytest.fixture
def site(ours: MailServer, db: None, settings: Any) -> Iterator[Site]:
    """A person with an empty mailbox, signed in to the pages."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise looks there
    browser = Site(ours)
    yield browser
    browser.imap.logout()


@pytest.fixture(scope="session")
def dovecot_port() -> Iterator[int]:
    """Dovecot's port: a server with CATENATE and QRESYNC, but no URLAUTH."""
    with _installed_dovecot() as port:
        yield port


@pytest.fixture(scope="session")
def plain_port() -> Iterator[int]:
    """The same Dovecot announcing next to nothing."""
    with _installed_dovecot("IMAP4rev1") as port:
        yield port


@contextmanager
def _installed_dovecot(capability: str = "") -> Iterator[int]:
    """In a folder of its own: its processes run under other names than ours, and each run of pytest
    that begins closes pytest's to these.
    """
    if not installed():
        pytest.skip("Dovecot is not installed, or we are not root")
    with TemporaryDirectory(prefix="lemonade-dovecot-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o755)
        with dovecot(root, capability=capability) as port:
            yield port


def dovecot_login(port: int, name: str) -> LemonadeClient:
    """A connection to Dovecot by password."""
    client = LemonadeClient(Endpoint("127.0.0.1", port))
    client.login(name, "lemon")
    client.enter_session(name)
    return client
