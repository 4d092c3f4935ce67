"""The mail server of one process: store, hints, sessions, and the ports of each protocol."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog

from lemonade_server.accounts import Logins
from lemonade_server.convert.converter import Converter, converting
from lemonade_server.imap import serve as imap_serve
from lemonade_server.imap import session as imap_session
from lemonade_server.managesieve import serve as sieve_serve
from lemonade_server.managesieve import session as sieve_session
from lemonade_server.net.limits import Limits
from lemonade_server.net.listen import Listener, listen
from lemonade_server.net.protocol import SessionRun
from lemonade_server.net.tls import server_context
from lemonade_server.store.db import Database
from lemonade_server.store.hints import Hints
from lemonade_server.submission import serve as submission_serve
from lemonade_server.submission import session as submission_session
from lemonade_server.submission.faces import Lmtp, Smtp, Submission
from lemonade_server.submission.session import Face

from .environment import Environment
from .memory import keep_buffers_apart

log = structlog.get_logger()

IMAP_FULL = b"* BYE [LIMIT] too many connections\r\n"
SMTP_FULL = b"421 4.7.0 Too many connections\r\n"
SIEVE_FULL = b'BYE "Too many connections"\r\n'
SMTP_PER_ADDRESS = 30
SMTP_TOTAL = 2_000
"""Connections of one host that is no user's, and of all of them."""


async def run_mail(env: Environment, ready: Callable[[], None]) -> None:
    """Serve mail until SIGTERM (or SIGINT, where it is not ignored).

    ``ready`` is called once all ports are open. Raises OSError when one can't be had.
    """
    stop = _stop_signal()
    _raise_file_limit()
    keep_buffers_apart()
    async with _store() as (db, hints), converting(env, db) as converter:
        tls = server_context(env.tls_cert, env.tls_key, env.data, env.hostname)
        listeners = await _open_ports(env, db, hints, tls, converter)
        gc.collect()
        gc.freeze()
        log.info(
            "mail server ready",
            imap=env.imap_port,
            submission=env.submission_port,
            smtp=env.smtp_port,
            lmtp=env.lmtp_port,
            sieve=env.sieve_port,
        )
        ready()
        await stop.wait()
        await asyncio.gather(*(listener.close() for listener in listeners))


@asynccontextmanager
async def _store() -> AsyncIterator[tuple[Database, Hints]]:
    """The database threads and the hints of this process, stopped at the end."""
    db = Database()
    db.start()
    hints = Hints()
    hints.start(db.read)
    try:
        yield db, hints
    finally:
        hints.close()
        await db.close()


async def _open_ports(
    env: Environment,
    db: Database,
    hints: Hints,
    tls: ssl.SSLContext,
    converter: Converter | None,
) -> list[Listener]:
    """Every port. Users' connections have common limits; strangers are allowed fewer."""
    logins = Logins(db)
    limits = Limits()
    strangers = Limits(SMTP_PER_ADDRESS, SMTP_TOTAL)
    service = submission_session.Service(db, logins, tls)

    def smtp_run(face: Face) -> SessionRun:
        return partial(submission_serve.serve, service=service, face=face)

    imap_run: SessionRun = partial(
        imap_serve.converse,
        service=imap_session.Service(env, db, hints, logins, tls, converter=converter),
    )
    sieve_run: SessionRun = partial(
        sieve_serve.serve, service=sieve_session.Service(db, logins, tls)
    )
    ports = (
        (env.imap_port, imap_run, None, limits, IMAP_FULL),
        (env.imaps_port, imap_run, tls, limits, IMAP_FULL),
        (env.submission_port, smtp_run(Submission()), None, limits, SMTP_FULL),
        (env.submissions_port, smtp_run(Submission()), tls, limits, SMTP_FULL),
        (env.smtp_port, smtp_run(Smtp()), None, strangers, SMTP_FULL),
        (env.lmtp_port, smtp_run(Lmtp()), None, limits, SMTP_FULL),
        (env.sieve_port, sieve_run, None, limits, SIEVE_FULL),
    )
    return [
        await listen(env.host, port, run, tls=context, limits=allowed, refusal=refusal)
        for port, run, context, allowed, refusal in ports
    ]


def _stop_signal() -> asyncio.Event:
    """Set when the process is asked to stop. An ignored SIGINT stays ignored."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    return stop


def _raise_file_limit() -> None:
    """A connection is a file: allow as many as the system lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
