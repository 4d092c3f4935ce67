"""The connection to a place: opened when it is first needed, kept from message to message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from lemonade_server.store.queue import TLS_PREFERRED, Envelope, Target

from . import requiretls
from .handshake import connect
from .hosts import Host, NoHost
from .replies import HostFailed, HostReply
from .requiretls import NotProtected
from .smtp_connection import SmtpConnection
from .transaction import transfer

MOST_MESSAGES = 100
"""Messages over one connection: hosts end longer ones by themselves."""

SEARCHING_SECONDS = 150.0
"""How long one attempt may look for a host that answers."""


@dataclass(slots=True)
class HostReplies:
    """The answers to a message's recipients, and which host gave them."""

    answers: list[HostReply]
    host: str


class Unreachable(Exception):
    """No host of the place could be reached: it is not the message's fault."""

    def __init__(self, answer: HostReply, host: str = "") -> None:
        super().__init__(answer.text)
        self.answer = answer
        self.host = host


class RelaySession:
    """One connection at a time to one of a place's hosts."""

    def __init__(self, place: str, own_name: str) -> None:
        self.place = place
        self._own_name = own_name
        self._smtp: SmtpConnection | None = None
        self._opened_for = ""  # a demand of TLS
        self._given = 0

    def give(
        self, envelope: Envelope, targets: list[Target], confirm: Callable[[], None]
    ) -> HostReplies:
        """Offer a message to one host after the other until one answers.

        Raises Unreachable, LeaseLost.
        """
        if self._smtp is not None and not requiretls.is_enough(self._opened_for, envelope.tls):
            self.close()
        if self._smtp is not None:
            try:
                return self._transfer(self._smtp, envelope, targets, confirm)
            except HostFailed:
                self.close()  # it had enough of us: another connection may do
        return self._give_anew(envelope, targets, confirm)

    def _give_anew(
        self, envelope: Envelope, targets: list[Target], confirm: Callable[[], None]
    ) -> HostReplies:
        """Over a new connection. A host that is not protected enough is no reason to leave the
        place alone: other messages may be given to it. Raises Unreachable, LeaseLost.
        """
        refusal = NotProtected("")
        for demand in requiretls.demands(envelope.tls):
            try:
                return self._search(demand, envelope, targets, confirm)
            except NotProtected as error:
                refusal = error
        return HostReplies([refusal.answer] * len(targets), refusal.host)

    def _search(
        self, demand: str, envelope: Envelope, targets: list[Target], confirm: Callable[[], None]
    ) -> HostReplies:
        """Raises NotProtected when the demand is in the way, Unreachable, LeaseLost.

        A host that may do later is waited for, unless the message can also go without.
        """
        failure: HostFailed | None = None
        unprotected: NotProtected | None = None
        name, reached = "", False
        until = monotonic() + SEARCHING_SECONDS
        for host in self._hosts(demand):
            if name and monotonic() > until:
                break
            name = host.name
            try:
                self._smtp, self._opened_for = connect(host, self._own_name), demand
                reached = True
                return self._transfer(self._smtp, envelope, targets, confirm)
            except NotProtected as error:
                unprotected, reached = error, True
            except HostFailed as error:
                failure = error if failure is None or failure.is_final else failure
                self.close()
        if unprotected is not None and (failure is None or envelope.tls == TLS_PREFERRED):
            raise unprotected
        failure = failure or HostFailed("no host was found", "5.4.4")
        if reached:
            return HostReplies([failure.answer] * len(targets), name)
        raise Unreachable(failure.answer, name)

    def _hosts(self, demand: str) -> list[Host]:
        """Raises Unreachable."""
        try:
            return requiretls.allowed_hosts(self.place, demand)
        except NoHost as error:
            code = 550 if error.status.startswith("5") else 450
            raise Unreachable(HostReply(code, error.status, error.text)) from error

    def _transfer(
        self,
        smtp: SmtpConnection,
        envelope: Envelope,
        targets: list[Target],
        confirm: Callable[[], None],
    ) -> HostReplies:
        try:
            smtp.begin(envelope.size)
            self._given += 1
            answers = transfer(smtp, envelope, targets, confirm, used=self._given > 1)
        except BaseException:
            self.close()
            raise
        if self._given >= MOST_MESSAGES or any(each.code == 421 for each in answers):
            self.close()
        elif smtp.sock is None:
            self._smtp, self._given = None, 0
        return HostReplies(answers, smtp.host_name)

    def close(self) -> None:
        """Hang up, if connected."""
        smtp, self._smtp, self._given = self._smtp, None, 0
        if smtp is not None:
            smtp.hang_up()
