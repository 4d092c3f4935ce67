"""The account and domain commands, as an admin types them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, Domain, Mailbox
from tests.logins import authenticate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def domain() -> None:
    Domain.objects.create(name="lemonade.test")


def run(monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = "") -> tuple[str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def add(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    run(monkeypatch, "account", "add", name, "--password-stdin", stdin="correct-horse\n")


def test_a_new_account_has_its_mailboxes_and_can_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "alice")
    account = Account.objects.get(email="alice@lemonade.test")
    names = set(Mailbox.objects.filter(account=account).values_list("name", flat=True))
    assert names == {"INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"}
    assert authenticate("alice", "correct-horse") is not None
    assert authenticate("alice", "wrong") is None


def test_a_weak_password_is_set_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("account", "add", "alice", "--password-stdin")
    _, warning = run(monkeypatch, *words, stdin="12345\n")
    assert "too short" in warning
    assert authenticate("alice", "12345") is not None


@pytest.mark.parametrize(
    ("email", "why"),
    [
        ("alice@elsewhere.example", "not a domain of this server"),
        ("a b@lemonade.test", "not an e-mail address"),
        ("bob", "has an account already"),
    ],
)
def test_what_can_not_be_an_account(monkeypatch: pytest.MonkeyPatch, email: str, why: str) -> None:
    add(monkeypatch, "bob")
    with pytest.raises(CommandError, match=why):
        add(monkeypatch, email)


def test_disable_password_delete(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "alice")
    run(monkeypatch, "account", "disable", "alice")
    assert authenticate("alice", "correct-horse") is None
    run(monkeypatch, "account", "enable", "alice")
    words = ("account", "password", "alice", "--password-stdin")
    run(monkeypatch, *words, stdin="another-horse\n")
    assert authenticate("alice", "another-horse") is not None
    with pytest.raises(CommandError, match="--yes"):
        run(monkeypatch, "account", "delete", "alice", stdin="")
    run(monkeypatch, "account", "delete", "alice", "--yes")
    assert not Account.objects.exists()
    assert not Mailbox.objects.exists()


def test_import_reports_each_line_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,password,quota\nann,correct-horse,1000\nbad\nben,horse-correct,1 kx\n")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("account", "import", str(file), stdout=out, stderr=err)
    assert out.getvalue() == "1 added, 2 refused\n"
    assert "line 3: 1 column; email,password" in err.getvalue()
    assert "line 4: The quota '1 kx' is no number" in err.getvalue()
    assert Account.objects.get().quota == 1000


def test_a_domain_in_use_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, "alice")
    with pytest.raises(CommandError, match=r"1 account \(alice@lemonade\.test\)"):
        run(monkeypatch, "domain", "delete", "lemonade.test")
    run(monkeypatch, "domain", "add", "Example.ORG")
    assert "example.org\t0 accounts" in run(monkeypatch, "domain", "list")[0]
    run(monkeypatch, "domain", "delete", "example.org")
    assert Domain.objects.count() == 1


def test_the_default_domain_needs_no_adding(monkeypatch: pytest.MonkeyPatch) -> None:
    Domain.objects.all().delete()
    add(monkeypatch, "alice@lemonade.test")
    assert authenticate("alice", "correct-horse") is not None
    with pytest.raises(CommandError, match="not a domain of this server"):
        add(monkeypatch, "alice@example.org")
