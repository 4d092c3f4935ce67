"""A recipient of this server that failed at first and was reopened by an operator."""

from __future__ import annotations

from lemonade_server.store import contents, ingest, queue
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.header_edits import with_header
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import dsn, headers
from lemonade_server.wire.errors import No

from . import local, trace
from .accept import tell
from .report import Outcome
from .route import domain_of, is_local, route


def deliver_here(
    tx: Tx, envelope: Envelope, targets: list[Target], owner: str, now: int
) -> list[Target]:
    """Deliver those leased recipients that live here; the others, which are to be relayed."""
    elsewhere = []
    told: dict[str, list[Target]] = {dsn.DELIVERED: [], dsn.FAILED: []}
    for target in targets:
        if not is_local(tx, domain_of(target.address)):
            elsewhere.append(target)
            continue
        action = _deliver(tx, envelope, target, now)
        if queue.finish(tx, target, owner, now):
            told[action].append(target)
    for action, served in told.items():
        tell(tx, envelope, Outcome(action, served, now))
    return elsewhere


def _deliver(tx: Tx, envelope: Envelope, target: Target, now: int) -> str:
    leg = route(tx, target.address).legs[0]
    target.remote = ""
    if leg.account is None:
        target.state, target.status = queue.FAILED, leg.status or "5.1.1"
        target.diagnostic = leg.reason
        return dsn.FAILED
    content = envelope.content
    if headers.value(trace.header_of(tx, content), b"Return-Path") is None:
        message = contents.prepared(tx, content)
        content = ingest.commit(tx, with_header(message, trace.return_path(envelope.sender)))
    try:
        with transaction() as inner:
            local.deliver(inner, leg.account, content, now)
    except No as refusal:
        target.state, target.status, target.diagnostic = queue.FAILED, "5.2.2", refusal.text
        return dsn.FAILED
    target.state, target.status, target.diagnostic = queue.DELIVERED, "2.0.0", ""
    return dsn.DELIVERED
