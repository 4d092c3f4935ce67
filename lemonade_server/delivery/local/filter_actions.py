"""Doing what a script wants: filing, redirecting, answering, notifying (RFC 5228 §4)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from lemonade_server.directory import srs
from lemonade_server.directory.addresses import domain_of
from lemonade_server.directory.lookup import is_local
from lemonade_server.sieve.courtesy import is_automatic
from lemonade_server.sieve.mail import table
from lemonade_server.sieve.outcome import Action, Notify, Redirect, Reject, Store, Vacation
from lemonade_server.store import contents, flags, ingest, mailboxes, messages
from lemonade_server.store.contents import ContentRow
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import OverQuota, Refused
from lemonade_server.store.header_edits import with_other_header, without_fields
from lemonade_server.store.ids import ContentId, MailboxId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.mailbox_rows import MailboxRow
from lemonade_server.store.muting import MUTED
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.rights import ALL

from .. import trace
from . import notifications, vacation
from .local_message import LocalMessage

REDIRECTED = "x-sieve-redirected-from"
MOST_REDIRECTS = 4
"""Of a message on its whole way: each redirection leaves one less to the next, so that no chain of
accounts can multiply a message without end (RFC 5228 §10)."""

MOST_HOPS = 100
SOURCE = "sieve"


class ActionFailed(Exception):
    """An action can't be done: all of them are undone, and the owner is told."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def perform(tx: Tx, arriving: LocalMessage, content: ContentRow, actions: Sequence[Action]) -> str:
    """Do all; the reason of a refusal, empty without one. Raises ActionFailed or OverQuota."""
    doing = _Performance(tx, arriving, content)
    refusal = ""
    for action in actions:
        match action:
            case Store():
                doing.store(action)
            case Redirect():
                doing.redirect(action)
            case Reject():
                refusal = " ".join(action.reason.split()) or "The recipient refuses this message"
            case Vacation():
                sent = vacation.answer(tx, arriving, action.header or content.header, action)
                doing.file_copy(action.copy, sent)
            case Notify():
                doing.notify(action)
    doing.file()
    return refusal


@dataclass(slots=True)
class _Filing:
    """How it is put into one mailbox. ``granted``: the owner's rights there."""

    granted: str
    flags: list[str] = field(default_factory=list)
    header: bytes | None = None


@dataclass(slots=True)
class _Performance:
    tx: Tx
    arriving: LocalMessage
    content: ContentRow
    _filings: dict[MailboxId, _Filing] = field(default_factory=dict)

    # -- filing

    def store(self, action: Store) -> None:
        """Note where it is filed: in each mailbox once, with the flags of all actions and the
        header of the last, by whatever names they call it (RFC 5228 §2.10.3).
        """
        mailbox, granted = self._mailbox(action)
        if action.implicit and self.arriving.aside is not None:
            mailbox = self.arriving.aside
        filing = self._filings.setdefault(mailbox, _Filing(granted))
        filing.flags += action.flags + self._flags_of_muted(action, granted)
        filing.header = action.header

    def _flags_of_muted(self, action: Store, granted: str) -> list[str]:
        """Where the script says nothing it counts as read. Mailboxes of others mute nothing."""
        if not self.arriving.muted or granted != ALL:
            return []
        return [MUTED, "\\Seen"] if action.implicit else [MUTED]

    def file(self) -> None:
        """Put it where it was noted."""
        for mailbox, filing in self._filings.items():
            self._append(mailbox, filing, self._with_header(filing.header))

    def file_copy(self, where: Store | None, sent: bytes) -> None:
        """File what was sent, if a copy is wanted and anything was (RFC 8580)."""
        if where is None or not sent:
            return
        mailbox, granted = self._mailbox(where)
        copy = ingest.commit(self.tx, ingest.prepare(sent))
        try:
            self._append(mailbox, _Filing(granted, where.flags), copy)
        except OverQuota as full:
            raise ActionFailed(f"There is no room for a copy in {where.mailbox!r}") from full

    def _append(self, mailbox: MailboxId, filing: _Filing, content: ContentId) -> None:
        granted = filing.granted
        split = flags.split(flag.encode() for flag in filing.flags)
        bits, keywords = flags.within(granted).allowed(*split)
        try:
            messages.append(self.tx, mailbox, content, bits, keywords, self.arriving.when, 0)
        except Refused as refusal:
            if isinstance(refusal, OverQuota) and granted == ALL:
                raise  # not so where somebody else's mailbox is full
            raise ActionFailed(refusal.text) from refusal

    def _with_header(self, header: bytes | None) -> ContentId:
        if header is None:
            return self.arriving.content
        changed = with_other_header(contents.prepare_stored(self.tx, self.arriving.content), header)
        return ingest.commit(self.tx, changed)

    def _mailbox(self, action: Store) -> tuple[MailboxId, str]:
        """Where to, and the owner's rights there, ``i`` among them."""
        if not action.mailbox:
            return self.arriving.mailbox, ALL
        own = self._special(action.special_use) if action.special_use else None
        if own is not None:
            return own.id, ALL
        found, granted = mailboxes.find_with_rights(self.tx, self.arriving.account, action.mailbox)
        if (found is None or found.noselect) and action.create:
            try:
                made = mailboxes.create(self.tx, self.arriving.account, action.mailbox)
            except Refused as refusal:
                raise ActionFailed(f"{action.mailbox!r}: {refusal.text}") from refusal
            return made.id, mailboxes.rights(self.tx, self.arriving.account, made)
        if found is None or found.noselect or "i" not in granted:
            # The same words: nobody learns of a mailbox that is not theirs.
            raise ActionFailed(f"There is no mailbox {action.mailbox!r}")
        return found.id, granted

    def _special(self, use: str) -> MailboxRow | None:
        for row in mailboxes.all_of(self.tx, self.arriving.account):
            if use.lower() in row.special_use.lower().split() and not row.noselect:
                return row
        return None

    # -- sending

    def redirect(self, action: Redirect) -> None:
        """Send it on; kept instead when it has been here before, or was sent on too often."""
        fields = table(self.content.header)
        seen = [value.strip().lower() for value in fields.get(REDIRECTED, [])]
        owner = vacation.owner_of(self.tx, self.arriving.account)
        sent = sum(1 for one in self._redirected)
        looping = owner.email.encode() in seen or len(fields.get("received", [])) >= MOST_HOPS
        if looping or len(seen) + sent >= MOST_REDIRECTS:
            self.store(Store(header=action.header))
            return
        self._redirected.append(action.address)
        host = settings.LEMONADE.hostname
        added = (
            f"Received: by {host} id {secrets.token_hex(8)};\r\n"
            f"\t{trace.date(self.arriving.when)}\r\n"
            f"X-Sieve-Redirected-From: {owner.email}\r\n"
        )
        if action.header is not None:
            # It is no longer what its author wrote: readers see who says so (RFC 5322 §3.6.6).
            added += (
                f"Resent-From: <{owner.email}>\r\n"
                f"Resent-Date: {trace.date(self.arriving.when)}\r\n"
                f"Resent-Message-ID: {trace.message_id(host)}\r\n"
            )
        whole = without_fields(self._prepare(action.header), (b"Return-Path",))
        onward = self._onward(action.address, owner.email)
        self._send(onward, whole, added.encode("ascii", "replace"))

    _redirected: list[str] = field(default_factory=list)

    def _prepare(self, header: bytes | None) -> PreparedMessage:
        found = contents.prepare_stored(self.tx, self.arriving.content)
        return found if header is None else with_other_header(found, header)

    def _onward(self, address: str, owner: str) -> Envelope:
        given = self.arriving.envelope
        return Envelope(
            account=None,
            sender=self._sender(address, owner),
            recipients=[Target(address)],
            body=given.body,
            smtputf8=given.smtputf8 or not address.isascii(),
            source=SOURCE,
            arrived_at=self.arriving.when,
            tls=given.tls,
        )

    def _sender(self, address: str, owner: str) -> str:
        """The sender as it was; from elsewhere to elsewhere one of ours that leads back to it, so
        that the next host, which checks SPF, does not refuse us (``srs.py``).

        A sender that nobody vouches for must not hear that it failed: whose filter it is does.
        """
        sender = self.arriving.envelope.sender
        if sender and not self.arriving.vouched:
            return owner
        if not sender or any(is_local(self.tx, domain_of(one)) for one in (sender, address)):
            return sender
        return srs.rewritten_sender(
            sender, domain_of(owner), settings.SECRET_KEY, self.arriving.when
        )

    def notify(self, action: Notify) -> None:
        """Tell somebody, unless the message was itself made by a program (RFC 5436 §2.7)."""
        header = action.header or self.content.header
        if self.arriving.junk or is_automatic(table(header)):
            return
        envelope, letter = notifications.compose(self.tx, self.arriving, header, action)
        self._send(envelope, ingest.prepare(letter), b"")
        self.file_copy(action.copy, letter)

    def _send(self, envelope: Envelope, message: PreparedMessage, added: bytes) -> None:
        try:
            self.arriving.send(self.tx, envelope, message, added)
        except Reply as refusal:
            to = ", ".join(target.address for target in envelope.recipients)
            raise ActionFailed(f"{to} can't be sent to: {refusal.text}") from refusal
