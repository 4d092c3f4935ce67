"""The inside of the server under test: a process beside it that shares its data folder.

Reads one JSON list ``[name, arguments…]`` a line and answers ``{"ok": value}`` or
``{"error": text}``. ``mailserver.py`` talks to it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from lemonade_server.accounts import issue_token  # noqa: E402
from lemonade_server.models import Account  # noqa: E402
from lemonade_server.store import mailboxes  # noqa: E402
from lemonade_server.store.db import snapshot, transaction  # noqa: E402
from lemonade_server.store.ids import AccountId  # noqa: E402


def add_account(email: str, password: str, role: str) -> int:
    """An account with the standard mailboxes."""
    account = Account.objects.create_user(email, password, role=role)
    with transaction() as tx:
        mailboxes.provision(tx, AccountId(account.pk))
    return account.pk


def set_account(email: str, fields: dict[str, Any]) -> None:
    """Change fields of an account, as the admin does."""
    Account.objects.filter(email=email).update(**fields)


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


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (add_account, set_account, token, sql)
}


def main() -> None:
    for line in sys.stdin:
        name, *args = json.loads(line)
        try:
            answer = {"ok": COMMANDS[name](*args)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
