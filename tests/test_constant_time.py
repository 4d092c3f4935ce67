"""Secrets are compared in constant time, and refusals cost the same (X-04, X-05)."""

from __future__ import annotations

import ast
import hmac
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import lemonade_server
from lemonade_server import urlauth
from lemonade_server.directory import accounts
from lemonade_server.models import Account
from lemonade_server.store import mailboxes, resumption
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.urlauth import Redeemer, Refusal

ROOT = Path(lemonade_server.__file__).parent
SECRET = ("token", "sid_hash", "signature", "proof", "stored_key", "digest")
GRAMMAR = ROOT / "wire" / "cursor.py"  # whose tokens are words of a command


class Counting:
    """Counts the calls of what compares and of what makes an HMAC."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        for name in ("compare_digest", "digest"):
            monkeypatch.setattr(hmac, name, self._counted(name, getattr(hmac, name)))

    def _counted(self, name: str, function):  # type: ignore[no-untyped-def]
        def call(*args: object) -> object:
            self.calls[name] += 1
            return function(*args)

        return call


@pytest.mark.django_db
def test_all_refusals_of_a_ticket_cost_one_hmac_and_the_same_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """X-04: no such account, mailbox or key, and a wrong token."""
    person = Account.objects.create_user("alice@lemonade.test", "x")
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(person.pk))
        alice = accounts.find(tx, person.email)
        assert alice is not None
        start = b"imap://alice%40lemonade.test@localhost/INBOX/;uid=1;urlauth=anonymous"
        urlauth.generate(tx, alice, start, b"INTERNAL")
        wrong = b":internal:" + b"01" * 33
        costs = []
        for url in (
            start,
            start.replace(b"INBOX", b"Sent"),
            start.replace(b"INBOX", b"Nothing"),
            start.replace(b"alice", b"nobody"),
        ):
            counting = Counting(monkeypatch)
            with CaptureQueriesContext(connection) as queries:
                outcome = urlauth.judge(tx, url + wrong, Redeemer(alice))
            monkeypatch.undo()
            assert outcome is Refusal.TOKEN
            costs.append((len(queries), counting.calls["digest"], counting.calls["compare_digest"]))
    assert costs[0][1:] == (1, 1)
    assert len(set(costs)) == 1, costs


@pytest.mark.django_db
def test_a_session_id_is_compared_with_each_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """X-05: also when the first one matches."""
    person = Account.objects.create_user("alice@lemonade.test", "x")

    def claim(sid: bytes | None) -> resumption.Claim | None:
        with transaction() as tx:
            return resumption.claim(
                tx,
                AccountId(person.pk),
                person.login_epoch,
                sid,
                connection="c",
                now=1_000,
                lifetime=1_800,
            )

    sids = [made.sid for _ in range(3) if (made := claim(None)) is not None]
    assert len(sids) == 3
    counting = Counting(monkeypatch)
    for sid in (sids[0], sids[2]):
        assert claim(sid) is not None
    assert counting.calls["compare_digest"] == 6


def test_no_secret_is_compared_with_an_operator() -> None:
    """X-05: ``==`` and ``!=`` stop at the first octet that differs."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(set(ROOT.rglob("*.py")) - {GRAMMAR})
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        and any(_is_secret(side) for side in (node.left, *node.comparators))
        and not any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
    ]
    assert found == []


def _is_secret(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.strip("_") in SECRET
