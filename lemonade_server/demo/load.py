"""Fill the accounts of the demo, once, the way mail arrives: through ``delivery.acceptance``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings

from lemonade_server.delivery import trace
from lemonade_server.delivery.acceptance import accept
from lemonade_server.directory import enrolment
from lemonade_server.models import Account, Domain
from lemonade_server.store import ingest, mailboxes, messages
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.flags import ANSWERED, SEEN
from lemonade_server.store.ids import AccountId, ContentId, MailboxId, Uid
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Envelope, Target

from . import conversations, files, languages, lists, newsletters
from .demo_message import DemoClock, DemoMessage, Filing
from .people import ACCOUNTS, PEOPLE, Person

PASSWORD = "lemonade"
READ_AFTER = timedelta(days=1)
ZONE_MINUTES = 60


def load_demo() -> None:
    """Make the domain and the demo's accounts that are missing, each with its mail.

    All in one transaction: a start that was killed leaves nothing half done.
    """
    missing = [name for name in ACCOUNTS if not _exists(PEOPLE[name])]
    if not missing:
        return
    clock = DemoClock(datetime.now(UTC))
    prepared = [(letter, ingest.prepare(letter.octets)) for letter in demo_messages(clock)]
    with transaction() as tx:
        Domain.objects.get_or_create(name=settings.LEMONADE.domain)
        accounts = {name: _enrol(PEOPLE[name]) for name in missing}
        _Loading(tx, accounts, clock.now).run(prepared)


def demo_messages(clock: DemoClock) -> list[DemoMessage]:
    """Every message of the demo, oldest first."""
    found = [
        letter
        for source in (conversations, files, languages, lists, newsletters)
        for letter in source.demo_messages(clock)
    ]
    return sorted(found, key=lambda letter: letter.when)


def _exists(person: Person) -> bool:
    return Account.objects.filter(email=person.address).exists()


def _enrol(person: Person) -> AccountId:
    superuser = person.account == "admin"
    account = enrolment.enrol(person.address, PASSWORD, superuser=superuser)
    account.name = person.name
    account.save(update_fields=["name"])
    return AccountId(account.pk)


@dataclass(slots=True)
class _ArrivedMessage:
    """A message in an INBOX that still has to be filed."""

    uid: Uid
    letter: DemoMessage


@dataclass(slots=True)
class _Loading:
    """One run: deliver everything, then file it as its readers have."""

    tx: Tx
    accounts: dict[str, AccountId]
    now: datetime
    arrived: dict[str, list[_ArrivedMessage]] = field(default_factory=lambda: defaultdict(list))
    answered: set[tuple[str, str]] = field(default_factory=set)

    def run(self, prepared: Sequence[tuple[DemoMessage, PreparedMessage]]) -> None:
        for letter, message in prepared:
            self._keep(letter, ingest.commit(self.tx, message))
            self._deliver(letter, message)
        for name, arrived in self.arrived.items():
            self._file(name, arrived)

    def _keep(self, letter: DemoMessage, content: ContentId) -> None:
        """The writer's own copy, in Sent or where he put it."""
        name = letter.sender.account
        if name not in self.accounts:
            return
        place = letter.filed.get(name) or Filing("Sent", SEEN)
        messages.append(
            self.tx,
            self._mailbox(name, place.folder),
            content,
            place.bits or 0,
            place.keywords,
            int(letter.when.timestamp()),
            ZONE_MINUTES,
        )
        if letter.answers is not None:
            self.answered.add((name, letter.answers.message_id))

    def _deliver(self, letter: DemoMessage, message: PreparedMessage) -> None:
        """Hand the message in for its readers here, as it came from the writer's server."""
        readers = [person for person in letter.readers if person.account in self.accounts]
        if not readers:
            return
        host = letter.sender.address.partition("@")[2]
        when = int(letter.when.timestamp()) + 2
        arrival = trace.Arrival(settings.LEMONADE.hostname, host, "192.0.2.25", "ESMTPS", when)
        envelope = Envelope(
            account=self.accounts.get(letter.sender.account),
            sender=letter.sender.address,
            recipients=[Target(person.address, notify="NEVER") for person in readers],
            body="8BITMIME",
            source="import",
            arrived_at=when,
        )
        accept(self.tx, envelope, message, trace.added_fields(message.rendering.header, arrival))
        for person in readers:
            held = self.arrived[person.account]
            held.append(_ArrivedMessage(Uid(len(held) + 1), letter))

    def _file(self, name: str, arrived: Sequence[_ArrivedMessage]) -> None:
        """Flags first, then moves, so that each message keeps its flags where it ends."""
        inbox = self._mailbox(name, "INBOX")
        moves: dict[str, list[Uid]] = defaultdict(list)
        for one in arrived:
            place = one.letter.filed.get(name) or Filing()
            bits = self._bits(name, one.letter, place)
            if bits or place.keywords:
                messages.store_flags(self.tx, inbox, [one.uid], "+", bits, place.keywords)
            if place.folder != "INBOX":
                moves[place.folder].append(one.uid)
        for folder, uids in moves.items():
            messages.move(self.tx, inbox, uids, self._mailbox(name, folder))

    def _bits(self, name: str, letter: DemoMessage, place: Filing) -> int:
        bits = place.bits
        if bits is None:
            bits = SEEN if self.now - letter.when > READ_AFTER else 0
        return bits | (ANSWERED if (name, letter.message_id) in self.answered else 0)

    def _mailbox(self, name: str, folder: str) -> MailboxId:
        """The folder of that account, made when it is missing."""
        account = self.accounts[name]
        row = mailboxes.find(self.tx, account, folder)
        if row is None:
            row = mailboxes.create(self.tx, account, folder)
            for parent in _ancestry(folder):
                mailboxes.subscribe(self.tx, account, parent)
        return row.id


def _ancestry(folder: str) -> Iterator[str]:
    """``a``, ``a/b`` for ``a/b``."""
    levels = folder.split("/")
    return ("/".join(levels[:depth]) for depth in range(1, len(levels) + 1))
