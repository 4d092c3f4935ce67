"""Accounts, a host to relay to, and short ways to send and to read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings

from lemonade_server.models import Account
from lemonade_server.store.check import check

from .sink import Sink, running


@pytest.fixture(autouse=True)
def woken(db: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No broker here: the places that a worker would have been woken for.

    After each test the store must be sound.
    """
    found: list[str] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, args, **options: found.append(args[0])
    )
    yield found
    assert check() == []


@pytest.fixture
def alice(db: object) -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


@pytest.fixture
def bob(db: object) -> Account:
    return Account.objects.create_user("bob@lemonade.test", "open sesame")


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A mail host, and the setting that makes us relay to it."""
    with running(Sink()) as host:
        relay_to(monkeypatch, f"smtp://127.0.0.1:{host.port}")
        yield host


def relay_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    change_settings(monkeypatch, relay_url=url)


def change_settings(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    monkeypatch.setattr(settings, "LEMONADE", dataclasses.replace(settings.LEMONADE, **values))
