"""The mail server of one process: store, hints, sessions, and the ports of each protocol."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import structlog

from lemonade_server.auth.logins import Logins
from lemonade_server.convert.converter import Converter, converting
from lemonade_server.imap import serve as imap_serve
from lemonade_server.imap import service as imap_service
from lemonade_server.managesieve import serve as sieve_serve
from lemonade_server.managesieve import session as sieve_session
from lemonade_server.net.certificate import Certificate, Watch
from lemonade_server.net.connection import SessionRun
from lemonade_server.net.limits import Limits, shares
from lemonade_server.net.listeners import Listener, listen
from lemonade_server.net.shared_slots import SharedSlots
from lemonade_server.store.db import Database
from lemonade_server.store.hints import Hints
from lemonade_server.submission import serve as submission_serve
from lemonade_server.submission import session as submission_session
from lemonade_server.submission.faces import LmtpFace, SmtpFace, SubmissionFace
from lemonade_server.submission.session import Face

from .environment import Environment
from .files import raise_file_limit
from .memory import give_back_at_rest, keep_buffers_apart

log = structlog.get_logger()

IMAP_FULL = b"* BYE [LIMIT] too many connections\r\n"
SMTP_FULL = b"421 4.7.0 Too many connections\r\n"
SIEVE_FULL = b'BYE "Too many connections"\r\n'
SMTP_PER_ADDRESS = 30
"""Connections of one host that is no user's."""
CERTIFICATE_IN_USE = Path("tls", "in-use.pem")
"""Within the data folder: what our own webmail trusts, where it comes by a network."""

CONNECTIONS = Path("run", "connections")
"""Within it: by these files the processes know how many connections of an address all have."""


async def run_mail(env: Environment, certificate: Certificate, ready: Callable[[], None]) -> None:
    """Serve mail until SIGTERM (or SIGINT, where it is not ignored).

    ``ready`` is called once all ports are open. Raises OSError when one can't be had.
    """
    stop = _stop_signal()
    files = raise_file_limit()
    keep_buffers_apart()
    give_back_at_rest()
    async with _store() as (db, hints, logins), converting(env, db) as converter:
        listeners = await _open_ports(env, db, hints, logins, certificate, converter, files)
        _keep_current(certificate, env.data / CERTIFICATE_IN_USE)
        gc.collect()
        gc.freeze()
        log.info(
            "mail server ready",
            imap=env.imap_port,
            submission=env.submission_port,
            smtp=env.smtp_port,
            lmtp=env.lmtp_port if env.lmtp_host else None,
            sieve=env.sieve_port,
        )
        ready()
        await stop.wait()
        await asyncio.gather(*(listener.close() for listener in listeners))


def _keep_current(certificate: Certificate, copy: Path) -> None:
    """Follow the certificate's files from now on, and at once on SIGHUP."""
    certificate.publish(copy)
    watch = Watch(certificate, lambda: certificate.publish(copy))
    watch.start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, watch.look)


@asynccontextmanager
async def _store() -> AsyncIterator[tuple[Database, Hints, Logins]]:
    """The database threads, the hints and the logins of this process, stopped at the end."""
    db = Database()
    db.start()
    hints = Hints()
    hints.start(db.read)
    logins = Logins(db)
    logins.live.start(hints)
    try:
        yield db, hints, logins
    finally:
        logins.live.close()
        hints.close()
        await db.close()


async def _open_ports(
    env: Environment,
    db: Database,
    hints: Hints,
    logins: Logins,
    certificate: Certificate,
    converter: Converter | None,
    files: int,
) -> list[Listener]:
    """Every port. Users' connections have common limits; strangers are allowed fewer."""
    tls = certificate.context
    of_users, of_strangers = shares(files)
    counts = env.data / CONNECTIONS
    limits = Limits(total=of_users, slots=SharedSlots(counts / "users"))
    strangers = Limits(SMTP_PER_ADDRESS, of_strangers, SharedSlots(counts / "strangers"))
    service = submission_session.Service(db, logins, tls)

    def smtp_run(face: Face) -> SessionRun:
        return partial(submission_serve.serve, service=service, face=face)

    imap_run: SessionRun = partial(
        imap_serve.converse,
        service=imap_service.Service(env, db, hints, logins, tls, converter=converter),
    )
    sieve_run: SessionRun = partial(
        sieve_serve.serve, service=sieve_session.Service(db, logins, tls)
    )
    host = env.host
    ports = (
        (host, env.imap_port, imap_run, None, limits, IMAP_FULL),
        (host, env.imaps_port, imap_run, tls, limits, IMAP_FULL),
        (host, env.submission_port, smtp_run(SubmissionFace()), None, limits, SMTP_FULL),
        (host, env.submissions_port, smtp_run(SubmissionFace()), tls, limits, SMTP_FULL),
        (host, env.smtp_port, smtp_run(SmtpFace()), None, strangers, SMTP_FULL),
        (env.lmtp_host, env.lmtp_port, smtp_run(LmtpFace()), None, limits, SMTP_FULL),
        (host, env.sieve_port, sieve_run, None, limits, SIEVE_FULL),
    )
    return [
        await listen(address, port, run, tls=context, limits=allowed, refusal=refusal)
        for address, port, run, context, allowed, refusal in ports
        if address
    ]


def _stop_signal() -> asyncio.Event:
    """Set when the process is asked to stop. An ignored SIGINT stays ignored."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    return stop
