"""A running system for the whole session, and a Chromium that looks at it."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import PATIENCE, running_chromium
from tests.mailserver import PASSWORD

from .signing_in import sign_in_at
from .system import System


@pytest.fixture(scope="session")
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """``serve --demo``, started once. Tests leave the demo's mail usable for each other."""
    running = System(tmp_path_factory.mktemp("system"))
    running.start()
    request.session.stash[SYSTEM] = running
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.log(), running.log()


@pytest.fixture
def elsewhere(system: System) -> Iterator[imaplib.IMAP4]:
    """Another program of bob's."""
    imap = imaplib.IMAP4("127.0.0.1", system.ports["imap"])
    imap.login("bob", PASSWORD)
    yield imap
    imap.logout()


# Not for the whole session: other tests run event loops of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_chromium() as chromium:
        yield chromium


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A second chance is one: it finds nothing that the first try has left."""
    is_second = getattr(item, "execution_count", 1) > 1  # of pytest-rerunfailures
    running = item.session.stash.get(SYSTEM, None)
    if is_second and running is not None and "system" in getattr(item, "fixturenames", ()):
        running.renew()


SignIn = Callable[..., Page]
TROUBLE = pytest.StashKey[list[str]]()
SYSTEM = pytest.StashKey[System]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What the pages complained of fails the test itself: no end of a fixture is tried again."""
    yield
    assert item.stash.get(TROUBLE, []) == []


@pytest.fixture
def sign_in(request: pytest.FixtureRequest, system: System, browser: Browser) -> Iterator[SignIn]:
    """``sign_in("alice")`` opens a window of its own with that person's inbox.

    Keyword arguments are those of Playwright's ``new_context``. A page's script error or a
    refused resource fails the test.
    """
    contexts: list[BrowserContext] = []
    trouble: list[str] = []
    request.node.stash[TROUBLE] = trouble

    def enter(name: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console",
            lambda message: (
                trouble.append(f"{message.text}: {message.location['url']}")
                if message.type == "error"
                else None
            ),
        )
        sign_in_at(page, system.url, name)
        return page

    yield enter
    for context in contexts:
        context.close()
