"""A user's Sieve script decides about a message that arrives (RFC 5228).

All that it does happens in the transaction that takes the message: exactly once, or not at all. A
script that fails leaves the message where it would go without one, and its owner is told.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog
from django.conf import settings
from django.db import Error

from lemonade_server.sieve import Fault, Mail, Outcome, ScriptError, evaluate
from lemonade_server.sieve.cache import get_compiled
from lemonade_server.store import annotations as kept
from lemonade_server.store import contents, duplicates, mailboxes, scripts
from lemonade_server.store.contents import ContentRow
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.errors import StoreError
from lemonade_server.store.ids import AccountId
from lemonade_server.store.mailbox_rows import MailboxRow
from lemonade_server.store.scripts import Active

from . import filter_errors, spam_verdict
from .filter_actions import ActionFailed, perform
from .local_message import LocalMessage

log = structlog.get_logger()
SMTP = "smtp"


def run(tx: Tx, arriving: LocalMessage, script: int) -> str:
    """File the message as the account's active script says; why it is refused, empty if not.

    Raises OverQuota when the mailbox it goes to is full.
    """
    active = scripts.active(tx, arriving.account, script)
    if active is None:
        arriving.keep(tx)
        return ""
    content = contents.load(tx, arriving.content)
    outcome = _evaluate(tx, arriving, active, content)
    if outcome.fault is None:
        try:
            with transaction() as inner:
                refusal = perform(inner, arriving, content, outcome.actions)
                for one in outcome.trackings:
                    until = arriving.when + one.period
                    duplicates.track(inner, arriving.account, one.digest, arriving.when, until)
                return refusal
        except ActionFailed as error:
            outcome.fault = Fault(error.text)
        except (StoreError, Error, OSError):
            raise
        except Exception:
            log.exception("filter_broken", account=arriving.account, script=active.id)
            outcome.fault = Fault("The server could not do what the script wants")
    arriving.keep(tx)
    log.info("filter_failed", account=arriving.account, error=str(outcome.fault))
    filter_errors.note(tx, arriving, active, content.header, str(outcome.fault))
    return ""


def _evaluate(tx: Tx, arriving: LocalMessage, active: Active, content: ContentRow) -> Outcome:
    mail = Mail(
        content.header,
        content.parts,
        content.size,
        partial(contents.read, tx, arriving.content),
        arriving.envelope.sender,
        arriving.recipient,
    )
    try:
        return evaluate(
            get_compiled(active.text), mail, _Surroundings(tx, arriving, content.header)
        )
    except ScriptError as error:
        return Outcome(fault=Fault(str(error)))
    except (StoreError, Error, OSError):
        raise
    except Exception:
        # Mail must arrive even where our own evaluation is wrong.
        log.exception("filter_broken", account=arriving.account, script=active.id)
        return Outcome(fault=Fault("The server could not evaluate the script"))


@dataclass(slots=True)
class _Surroundings:
    """What a script may ask about its owner's mailboxes and scripts."""

    tx: Tx
    arriving: LocalMessage
    header: bytes
    now: datetime = field(default_factory=lambda: datetime.fromtimestamp(time.time()).astimezone())
    _all: list[MailboxRow] | None = None

    @property
    def account(self) -> AccountId:
        """Whose script it is."""
        return self.arriving.account

    def environment(self, item: str) -> str | None:
        return {
            "domain": settings.LEMONADE.domain,
            "host": settings.LEMONADE.hostname,
            "location": "MDA",
            "name": "Lemonade",
            "phase": "during",
        }.get(item)

    def annotation(self, mailbox: str, name: str) -> str | None:
        if not mailbox:
            values = kept.of_server(self.tx, self.account)
        else:
            found, granted = mailboxes.find_with_rights(self.tx, self.account, mailbox)
            if found is None or "r" not in granted:
                return None
            values = kept.of_mailbox(self.tx, self.account, found)
        value = values.get(name.lower())
        return None if value is None else value.decode("utf-8", "replace")

    def spam(self) -> float | None:
        # By SMTP the field is ours, where a filter is asked: no other is left in the message.
        if self.arriving.envelope.source != SMTP or not settings.LEMONADE.rspamd_url:
            return None
        return spam_verdict.share(self.header)

    def mailbox_exists(self, name: str) -> bool:
        found, granted = mailboxes.find_with_rights(self.tx, self.account, name)
        return found is not None and not found.noselect and "i" in granted

    def special_use_exists(self, use: str, mailbox: str | None) -> bool:
        if self._all is None:
            self._all = mailboxes.all_of(self.tx, self.account)
        wanted = None if mailbox is None else mailboxes.fold(mailbox)
        return any(
            use.lower() in row.special_use.lower().split() and wanted in (None, row.name)
            for row in self._all
        )

    def is_tracked(self, digest: bytes) -> bool:
        return duplicates.is_tracked(self.tx, self.account, digest, self.arriving.when)

    def script(self, name: str, shared: bool) -> bytes | None:
        if shared:
            return scripts.server_script(self.tx, name)
        return scripts.get(self.tx, self.account, name)
