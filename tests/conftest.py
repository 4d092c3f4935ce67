"""What tests share. Nothing here touches the default data folder or the default ports."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from lemonade_server.store.outages import outages

from . import collection, distribution, flush, leftovers, limits, passwords, templates
from .distribution import Distribution
from .mailserver import MailServer, tables
from .settings import FOLDER

# A busy machine is slow, not wrong.
# A check that runs by itself draws the same examples each time; at a desk they vary.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    limits.add_option(parser)
    parser.addoption(
        "--second-chance",
        action="store_true",
        help="try tests that drive other people's programs once more, and name them",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    collection.begin(session.config)


def pytest_collection_finish() -> None:
    collection.finish()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A loaded machine can starve a browser or a mail client; our own code has no such excuse."""
    distribution.sort(config, items)
    if config.getoption("--second-chance"):
        for item in items:
            if any(item.get_closest_marker(mark) for mark in ("browser", "client")):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Distribution | None:
    """Ours, unless ``--dist`` names another one."""
    if config.option.dist != "load":
        return None
    config.option.loadscopereorder = False
    return Distribution(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[object],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What hostile mail left in the log goes from worker to worker as UTF-8; what a test that has
    failed left open is closed at once, or it would fail another.
    """
    report = yield
    if call.excinfo is not None:
        leftovers.close(call.excinfo.value)
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections
    ]
    return report


def pytest_configure(config: pytest.Config) -> None:
    collection.share_compiled_code()
    limits.begin(config)
    templates.share()


def pytest_unconfigure() -> None:
    """Remove what the tests have written."""
    FOLDER.cleanup()


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        passwords.use(passwords.LOW, patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _permissions_stay() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        flush.keep_permissions(patch)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, worker_id: str
) -> Iterator[None]:
    """Where there are several workers migrations are run once, into a template."""
    with pytest.MonkeyPatch.context() as patch:
        if worker_id != "master":
            templates.begin_databases_with(tables, patch)
        yield


@pytest.fixture(autouse=True)
def _no_outages() -> Iterator[None]:
    """A store that was away in one test is there for the next: it is asked at once."""
    yield
    outages.forget()


@pytest.fixture
def real_passwords(_cheap_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost in the product."""
    passwords.use(passwords.REAL, monkeypatch)


@pytest.fixture(scope="session")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """One real server for all tests that only need to talk to it."""
    server = MailServer(tmp_path_factory.mktemp("mail"))
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()
