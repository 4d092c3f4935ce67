"""The inside of the server under test: a process beside it that shares its data folder.

Reads one JSON list ``[name, arguments…]`` a line and answers ``{"ok": value}`` or
``{"error": text}``. ``mailserver.py`` talks to it.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import django

gc.disable()  # as manage.py does: until the applications are ready
django.setup()

from lemonade_server.auth.app_password_store import AppPasswordStore  # noqa: E402
from lemonade_server.auth.tokens import issue_token  # noqa: E402
from lemonade_server.delivery.queue import courier  # noqa: E402
from lemonade_server.directory import colleagues, enrolment, ownership, sharing  # noqa: E402
from lemonade_server.models import Account, Alias, Domain  # noqa: E402
from lemonade_server.project import timeline  # noqa: E402
from lemonade_server.store import mailboxes, queue_work, scripts  # noqa: E402
from lemonade_server.store.check import check  # noqa: E402
from lemonade_server.store.db import snapshot, transaction  # noqa: E402
from lemonade_server.store.ids import AccountId  # noqa: E402


def add_account(email: str, password: str, role: str) -> int:
    """An account with the standard mailboxes. A password is hashed once for all tests."""
    account = Account(email=email, role=role)
    for field, value in hashed(password).items():
        setattr(account, field, value)
    account.save()
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(account.pk))
    return account.pk


@cache
def hashed(password: str) -> dict[str, Any]:
    """What ``set_password`` makes of a password."""
    account = Account()
    account.set_password(password)
    names = ("password", "login_epoch", *(f"scram_{part}" for part in SCRAM))
    return {name: getattr(account, name) for name in names}


def remove_account(email: str) -> None:
    """Erase an account with all that is its own, as the command does."""
    enrolment.remove(Account.objects.get(email=email))


def set_account(email: str, fields: dict[str, Any]) -> None:
    """Change fields of an account, as the admin does."""
    Account.objects.filter(email=email).update(**fields)


def set_password(email: str, password: str) -> None:
    """A new password, as the owner or an operator sets it."""
    account = Account.objects.get(email=email)
    account.set_password(password)
    account.save()


def issue_app_password(email: str, scopes: list[str]) -> tuple[str, int]:
    """The secret and the number of a new one."""
    account = Account.objects.get(email=email)
    secret = AppPasswordStore.issue(account.pk, "Phone", scopes)
    return secret, AppPasswordStore.of(account.pk)[-1].pk


def revoke_app_password(email: str, number: int) -> bool:
    """As the owner or an operator does."""
    return AppPasswordStore.revoke(Account.objects.get(email=email).pk, number)


def set_active(email: str, active: bool) -> None:
    """Disable or enable an account, as the command does."""
    account = Account.objects.get(email=email)
    account.is_active = active
    account.save(update_fields=["is_active"])


def share(name: str, who: str, rights: str) -> None:
    """Make a shared mailbox if there is none yet, and say what somebody may do in it."""
    with transaction() as tx:
        owner = sharing.shared_owner()
        row = mailboxes.find(tx, owner, name) or sharing.make_shared(tx, name)
        sharing.change(tx, row, who, rights, "a test")


def make_folders(email: str, count: int) -> None:
    """Give an account very many mailboxes, all in one."""
    account = AccountId(Account.objects.get(email=email).pk)
    with transaction() as tx:
        for number in range(count):
            mailboxes.create(tx, account, f"Many/{number}")


def use_filter(email: str, text: str) -> None:
    """Give an account a Sieve script, and make it the active one."""
    account = AccountId(Account.objects.get(email=email).pk)
    with transaction() as tx:
        scripts.put(tx, account, "main", text.encode())
        scripts.activate(tx, account, "main")


def token(email: str) -> str:
    """A login token, as the web makes one."""
    return issue_token(email)


def sql(statement: str, args: list[Any]) -> list[list[Any]]:
    """Look into the database, or change it."""
    if statement.lstrip().upper().startswith("SELECT"):
        with snapshot() as tx:
            return [list(row) for row in tx.rows(statement, args)]
    with transaction() as tx:
        tx.execute(statement, args)
    return []


def blob_uses(sha256: str) -> int:
    """How many pieces of messages use the octets with this hash."""
    with snapshot() as tx:
        return int(tx.value("SELECT refs FROM blob WHERE sha256 = %s", [bytes.fromhex(sha256)]))


SCRAM = ("salt", "iterations", "stored_key", "server_key", "sha1")


def forward(email: str, uid: int, to: str, subject: str) -> str:
    """Forward a message of the INBOX with all its parts, as the webmail's page does."""
    from webmail import mail
    from webmail.outgoing import outbox
    from webmail.writing.answers import plan_forward

    with mail.session(email) as imap:
        draft = plan_forward(imap, "INBOX", uid, email)
        draft.to, draft.subject = to, subject
        return str(outbox.send(imap, draft).pk)


def add_alias(address: str, *targets: str) -> None:
    """An alias that leads to these."""
    Alias.objects.create_leading_to(address, *targets)


def name_domain(name: str, of: str) -> None:
    """Make ``name`` another name of the domain ``of``, or with an empty one forget it."""
    if of:
        Domain.objects.create(name=name, alias_of=Domain.objects.get_or_create(name=of)[0])
    else:
        Domain.objects.get(name=name).delete()


def pass_on() -> int:
    """What is due at other hosts, by a worker of this process; how many it worked on."""
    with snapshot() as tx:
        places = list(queue_work.due_destinations(tx, int(time.time()), 100))
    return sum(courier.run(place) for place in places)


def tell_of(what: str, *words: str) -> Any:
    """What the project's settings name for the webmail: deliveries, history, cancel, own_addresses
    or find_colleagues.
    """
    rooms: dict[str, Any] = {"own_addresses": ownership, "find_colleagues": colleagues}
    return getattr(rooms.get(what, timeline), what)(*words)


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        check,
        add_account,
        remove_account,
        issue_app_password,
        make_folders,
        revoke_app_password,
        set_account,
        set_active,
        set_password,
        share,
        use_filter,
        token,
        sql,
        blob_uses,
        forward,
        tell_of,
        pass_on,
        add_alias,
        name_domain,
    )
}


def main() -> None:
    for line in sys.stdin:
        name, *args = json.loads(line)
        try:
            answer = {"ok": COMMANDS[name](*args)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=int), flush=True)  # PostgreSQL sums up to a Decimal


if __name__ == "__main__":
    main()
