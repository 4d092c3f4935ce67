"""To how many recipients an account, and all of its domain, may write in any hour.

Only those who have a limit are counted: nobody else pays for it.
"""

from __future__ import annotations

import time

from django.conf import settings

from lemonade_server.directory.accounts import Identity
from lemonade_server.store import limits
from lemonade_server.store.db import Tx
from lemonade_server.wire.errors import Reply


def spend(tx: Tx, identity: Identity, recipients: int, now: int) -> None:
    """Count the recipients of a message that is accepted in this transaction.

    Raises Reply when they are too many: 451 4.7.1 with the time from which on it may be sent, 550
    5.7.1 when it never may. The count is undone with the transaction.
    """
    domain = identity.email.rpartition("@")[2]
    of_account, of_domain = limits.hourly(tx, identity.id, domain)
    configured = settings.LEMONADE
    for who, own, general in (
        (identity.email, of_account, configured.account_rate),
        (domain, of_domain, configured.domain_rate),
    ):
        allowed = general if own is None else own
        if allowed:
            _spend(tx, who, recipients, allowed, now)


def _spend(tx: Tx, who: str, recipients: int, allowed: int, now: int) -> None:
    rule = f"{who} may write to {allowed} recipients an hour"
    if recipients > allowed:
        raise Reply(550, "5.7.1", f"{rule}, and this message has {recipients}")
    full = limits.spend(tx, who, recipients, allowed, now)
    if full is not None:
        again = time.strftime("%H:%M:%S UTC", time.gmtime(full.until))
        raise Reply(451, "4.7.1", f"{rule}, and has to {full.before}: send it again at {again}")
