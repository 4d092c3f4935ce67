"""An account, and whoever judges its logins."""

from __future__ import annotations

import pytest

from lemonade_server.auth.logins import Logins
from lemonade_server.models import Account

from .at_once import AtOnce, CallingThread


@pytest.fixture
def alice(db: None) -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


@pytest.fixture
def database() -> CallingThread:
    return CallingThread()


@pytest.fixture
def logins(database: CallingThread) -> Logins:
    return Logins(database, AtOnce())  # type: ignore[arg-type]
