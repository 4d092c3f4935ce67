"""What an operator sees and may do: one module a subject, all registered by being imported."""

from . import (
    accounts,
    aliases,
    app_passwords,
    domains,
    keys,
    mailboxes,
    names,
    pauses,
    queue,
    scripts,
    sessions,
    signing,
    tickets,
)

__all__ = [
    "accounts",
    "aliases",
    "app_passwords",
    "domains",
    "keys",
    "mailboxes",
    "names",
    "pauses",
    "queue",
    "scripts",
    "sessions",
    "signing",
    "tickets",
]

names.give_names()
