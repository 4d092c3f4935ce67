"""What the admin calls tables and columns whose models have no name for people.

Here, because a name in a model is a migration, and a new database would pay three seconds for all
of these: words that only the admin shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop

from lemonade_server.models import (
    Account,
    Alias,
    DeliveryEvent,
    Destination,
    DkimKey,
    Domain,
    ImapSession,
    LoginAttempts,
    Mailbox,
    Recipient,
    SieveScript,
    StsPolicy,
    Submission,
    UrlauthKey,
    UrlauthTicket,
)

TABLES: Mapping[type[Model], tuple[Promise, Promise]] = {
    Account: (gettext_lazy("account"), gettext_lazy("accounts")),
    Alias: (gettext_lazy("alias"), gettext_lazy("aliases")),
    DeliveryEvent: (gettext_lazy("delivery event"), gettext_lazy("delivery events")),
    Destination: (gettext_lazy("destination"), gettext_lazy("destinations")),
    DkimKey: (gettext_lazy("DKIM key"), gettext_lazy("DKIM keys")),
    Domain: (gettext_lazy("domain"), gettext_lazy("domains")),
    ImapSession: (gettext_lazy("resumable session"), gettext_lazy("resumable sessions")),
    Mailbox: (gettext_lazy("mailbox"), gettext_lazy("mailboxes")),
    Recipient: (gettext_lazy("recipient"), gettext_lazy("recipients")),
    SieveScript: (gettext_lazy("sieve script"), gettext_lazy("sieve scripts")),
    Submission: (gettext_lazy("submission"), gettext_lazy("submissions")),
}
"""One, and many."""

COLUMNS: Mapping[type[Model], Mapping[str, Promise]] = {
    Account: {
        "role": gettext_lazy("role"),
        "language": gettext_lazy("language"),
        "quota": gettext_lazy("quota"),
        "created_at": gettext_lazy("created at"),
    },
    Alias: {"address": gettext_lazy("address")},
    DeliveryEvent: {
        "kind": gettext_lazy("kind"),
        "action": gettext_lazy("action"),
        "status": gettext_lazy("status"),
        "host": gettext_lazy("host"),
        "words": gettext_lazy("words"),
    },
    Destination: {
        "place": gettext_lazy("place"),
        "failures": gettext_lazy("failures"),
        "reason": gettext_lazy("reason"),
    },
    DkimKey: {
        "domain": gettext_lazy("domain"),
        "algorithm": gettext_lazy("algorithm"),
        "state": gettext_lazy("state"),
        "created_at": gettext_lazy("created at"),
        "changed_at": gettext_lazy("changed at"),
    },
    Domain: {
        "name": gettext_lazy("name"),
        "alias_of": gettext_lazy("alias of"),
        "catch_all": gettext_lazy("catch all"),
        "hourly_limit": gettext_lazy("hourly limit"),
        "created_at": gettext_lazy("created at"),
    },
    ImapSession: {"account": gettext_lazy("account"), "enabled": gettext_lazy("enabled")},
    LoginAttempts: {"failures": gettext_lazy("failures")},
    Mailbox: {
        "account": gettext_lazy("account"),
        "name": gettext_lazy("name"),
        "messages": gettext_lazy("messages"),
        "unseen": gettext_lazy("unseen"),
        "keywords": gettext_lazy("keywords"),
        "special_use": gettext_lazy("special use"),
    },
    Recipient: {
        "address": gettext_lazy("address"),
        "state": gettext_lazy("state"),
        "attempts": gettext_lazy("attempts"),
    },
    SieveScript: {"name": gettext_lazy("name")},
    StsPolicy: {
        "domain": gettext_lazy("domain"),
        "policy_id": gettext_lazy("policy id"),
        "mode": gettext_lazy("mode"),
        "hosts": gettext_lazy("hosts"),
    },
    Submission: {
        "account": gettext_lazy("account"),
        "source": gettext_lazy("source"),
        "priority": gettext_lazy("priority"),
    },
    UrlauthKey: {
        "account": gettext_lazy("account"),
        "mailbox": gettext_lazy("mailbox"),
        "mechanism": gettext_lazy("mechanism"),
    },
    UrlauthTicket: {
        "account": gettext_lazy("account"),
        "access": gettext_lazy("access"),
        "uses": gettext_lazy("uses"),
    },
}


DJANGOS_OWN = (
    gettext_noop("History"),
    gettext_noop("Save and add another"),
    gettext_noop("Save and continue editing"),
)
"""Words of Django's that its own catalogues translate by other words than ours."""


def give_names() -> None:
    """Let Django use them; a migration reads what the models say themselves."""
    for model, (one, many) in TABLES.items():
        options: Any = model._meta
        options.verbose_name, options.verbose_name_plural = one, many
    for model, columns in COLUMNS.items():
        for column, name in columns.items():
            field: Any = model._meta.get_field(column)
            field.verbose_name = name
