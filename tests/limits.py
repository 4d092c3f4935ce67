"""No run of the tests waits for ever.

pytest-timeout ends a test that takes too long, with a failure that says where it stood. It can't
end what never comes back to Python, what swallows its failure, and what waits outside of tests:
the teardown after a failure, for which pytest takes the limit away, and the ends of fixtures,
sessions and threads. A process in which one of these takes `GRACE` seconds prints where each of
its threads stands and ends. Where it was a worker, the test has failed and another worker goes on.
"""

from __future__ import annotations

import faulthandler
import os

import pytest

GRACE = "hang_grace"
"""The option of pytest for the seconds that whatever comes after a test's own limit may take."""

BEFORE_TESTS = 600.0
"""Seconds for a worker to load and collect the tests, and between two of them."""

AFTER_TESTS = 3_600.0
"""Seconds for which a worker that has nothing left to do waits for the others."""


class Limits:
    """The last limit of this process. There is one at a time: the last one that was set."""

    def __init__(self, config: pytest.Config) -> None:
        self._grace = float(config.getini(GRACE))
        self._wanted = not config.getoption("usepdb")
        self._runs_tests = config.getoption("dist", "no") == "no"
        self._is_worker = hasattr(config, "workerinput")
        self._output = os.dup(2)  # while a test runs 2 is a file of pytest's
        if self._runs_tests:
            self._end_after(BEFORE_TESTS)

    def _end_after(self, seconds: float) -> None:
        if self._wanted:
            faulthandler.dump_traceback_later(seconds, exit=True, file=self._output)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> object:
        """A test may have no limit at all; if it has one, the next hook is called."""
        faulthandler.cancel_dump_traceback_later()
        try:
            return (yield)
        finally:
            self._end_after(BEFORE_TESTS)

    @pytest.hookimpl(tryfirst=True)
    def pytest_timeout_set_timer(self, settings: object) -> None:
        """The limit that pytest-timeout has found for the test, and some time to be heard."""
        self._end_after(float(getattr(settings, "timeout", 0.0)) + self._grace)

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self) -> None:
        """pytest has just taken the limits away, for somebody might look at the failure."""
        self._end_after(self._grace)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """From here to the end of the process."""
        self._end_after(AFTER_TESTS if self._is_worker else self._grace)


def add_option(parser: pytest.Parser) -> None:
    parser.addini(GRACE, "seconds for what comes after a test's own limit", default="180")


def begin(config: pytest.Config) -> None:
    """Watch this process from now on."""
    config.pluginmanager.register(Limits(config), "lemonade-limits")
