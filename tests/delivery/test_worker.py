"""The real worker and scheduler, with the broker that needs no server."""

from __future__ import annotations

import os
import signal
import smtplib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests import processes
from tests.mailserver import PASSWORD, MailServer
from tests.patience import let_pass

from .sink import Sink, running

pytestmark = pytest.mark.slow
CELERY = ("-m", "celery", "-A", "tests.delivery.hurried")
TAKEN_UP_SECONDS = 60  # a start, a lease of 4 s and a sweep of 1 s (hurried.py), when all is slow


@contextmanager
def celery(server: MailServer, *words: str) -> Iterator[processes.Process]:
    with (server.data / "celery.log").open("ab") as log:
        words = (*CELERY, *words, "--loglevel=WARNING")
        process = processes.start(words, server.environment, log, log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def worker(server: MailServer) -> AbstractContextManager[processes.Process]:
    return celery(server, "worker", "--pool=threads", "--without-gossip", "--without-mingle")


def until(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


def submit(server: MailServer, sender: str, *options: str) -> None:
    with smtplib.SMTP("127.0.0.1", server.ports["submission"]) as smtp:
        smtp.ehlo()
        smtp.login(sender, PASSWORD)
        smtp.sendmail(sender, ["carol@example.org"], b"Subject: tea\r\n\r\nAt five?\r\n", options)


@contextmanager
def relaying(folders: pytest.TempPathFactory) -> Iterator[tuple[MailServer, Sink]]:
    """A mail server whose mail goes out to a sink."""
    with running(Sink()) as sink:
        server = MailServer(folders.mktemp("mail"), RELAY_URL=f"smtp://127.0.0.1:{sink.port}")
        server.start()
        try:
            yield server, sink
        finally:
            server.stop()


def states(server: MailServer) -> list[str]:
    return [row[0] for row in server.call("sql", "SELECT state FROM recipient ORDER BY id", [])]


def test_a_killed_workers_mail_is_taken_up_and_sent_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with relaying(tmp_path_factory) as (server, sink):
        alice = server.add_account("alice")
        with celery(server, "beat", "--pidfile="):
            with worker(server) as first:
                submit(server, alice)
                assert until(lambda: len(sink.taken) == 1, TAKEN_UP_SECONDS)
                assert until(lambda: states(server) == ["relayed"], TAKEN_UP_SECONDS)
                sink.before_data_reply = threading.Event()
                submit(server, alice)
                assert until(lambda: sink.lines.count("DATA") == 2, TAKEN_UP_SECONDS)
                os.kill(first.pid, signal.SIGKILL)
            sink.before_data_reply.set()
            with worker(server):
                assert until(lambda: states(server) == ["relayed"] * 2, TAKEN_UP_SECONDS)
                let_pass(2)  # two more sweeps: nobody sends it again
    assert sink.lines.count("DATA") == 3


HOLD = 10


def test_what_is_held_outlives_a_restart_of_everything(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """And leaves when its time has come, not before (S-15)."""
    with relaying(tmp_path_factory) as (server, sink):
        alice = server.add_account("alice")
        with celery(server, "beat", "--pidfile="), worker(server):
            began = time.monotonic()
            submit(server, alice, f"HOLDFOR={HOLD}")
        server.kill_server()
        server.start_server()
        with celery(server, "beat", "--pidfile="), worker(server):
            assert until(lambda: states(server) == ["relayed"], TAKEN_UP_SECONDS)
    (taken,) = sink.taken
    assert taken.at - began >= HOLD - 1  # the queue counts whole seconds
