"""``manage.py apppassword`` as an admin types it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, AppPassword

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("apppassword", *words, stdout=out)
    return out.getvalue()


def test_made_listed_and_revoked() -> None:
    Account.objects.create_user("alice@lemonade.test", "open sesame")
    secret = run("add", "alice", "Desk", "--for", "mail,sending")
    assert len(secret.strip()) == 29
    row = AppPassword.objects.get()
    listed = run("list", "alice")
    assert listed == f"{row.pk}\tDesk\tmail,sending\tno end\tnever used\n"
    done = run("revoke", "alice", str(row.pk))
    assert "revoked" in done and not AppPassword.objects.exists()
    for words, why in (
        (("add", "nobody", "X"), "no account nobody@lemonade.test"),
        (("add", "alice", "X", "--for", "everything"), "Choose what it is for"),
        (("add", "alice", "X", "--days", "0"), "from 1 to"),
        (("revoke", "alice", "7"), "has no app password 7"),
    ):
        with pytest.raises(CommandError, match=why):
            run(*words)
