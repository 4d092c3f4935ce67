"""The ways into the server, each with recipients of every kind."""

from __future__ import annotations

import random
import time

from bench.smtp import SmtpClient

from .family import System
from .ledger import Ledger, message
from .town import Town
from .workload import SIZES, Client, Filer, Submitter

STRANGER = "stranger@example.org"


class Citizen(Submitter):
    """DATA, BDAT and BURL in turn."""

    def __init__(self, system: System, ledger: Ledger, town: Town) -> None:
        super().__init__(system, ledger, system.add_account("alice"), town.friend)
        self.town = town
        self.to: list[str] = []

    def begin(self, kind: str) -> str:
        self.to, places = self.town.some(self.email)
        aside = f"{self.email}/INBOX" if kind == "burl" else ""
        return self.ledger.begin(kind, places, aside)

    def recipients(self) -> list[str]:
        return self.to


class Planner(Citizen):
    """What is to be sent later. ``due``: the earliest time of each token's message."""

    due: dict[str, float]

    def work(self) -> None:
        self.due = getattr(self, "due", {})
        smtp = self.smtp()
        while not self.enough.is_set():
            token = self.begin("later")
            seconds = random.randint(2, 4)
            self.due[token] = time.monotonic() + seconds - 1  # the server counts whole seconds
            smtp.command(f"MAIL FROM:<{self.email}> HOLDFOR={seconds}".encode())
            self.rest(smtp, token)
            self.ledger.promise(token)
            self.enough.wait(0.2)

    def rest(self, smtp: SmtpClient, token: str) -> None:
        for recipient in self.to:
            smtp.command(f"RCPT TO:<{recipient}>".encode())
        smtp.command(b"DATA")
        smtp.command(message(token, self.email, random.choice(SIZES)) + b".")


class Tidy(Filer):
    """Moves its own mail about; the place is told by ``moved``."""

    def __init__(self, system: System, ledger: Ledger, town: Town) -> None:
        super().__init__(system, ledger, system.add_account("tidy"), town.friend)


class Host(SmtpClient):
    """Another server at our SMTP port."""

    def _greet(self, user: str, password: str) -> None:
        self.reply()
        self.command(b"EHLO mx.example.org")


class Stranger(Client):
    """Mail of another server, by SMTP or by LMTP."""

    kind = "smtp"

    def __init__(self, system: System, ledger: Ledger, town: Town) -> None:
        super().__init__(system, ledger, town.friend, town.friend)
        self.town = town

    def work(self) -> None:
        smtp = Host("127.0.0.1", self.server.ports["smtp"])
        self.connections.callback(smtp.close)
        while not self.enough.is_set():
            self.send(smtp)

    def send(self, smtp: SmtpClient) -> None:
        to, places = self.town.some()
        token = self.ledger.begin(self.kind, places)
        smtp.command(f"MAIL FROM:<{STRANGER}>".encode())
        for recipient in to:
            smtp.command(f"RCPT TO:<{recipient}>".encode())
        smtp.command(b"DATA")
        smtp.command(message(token, STRANGER, random.choice(SIZES)) + b".")
        for _ in range(self.replies(to) - 1):
            smtp.reply()
        self.ledger.promise(token)

    def replies(self, to: list[str]) -> int:
        """To the whole message."""
        return 1


class Postman(Stranger):
    """LMTP answers for each recipient."""

    kind = "lmtp"

    def work(self) -> None:
        lmtp = SmtpClient("127.0.0.1", self.server.ports["lmtp"])
        self.connections.callback(lmtp.close)
        while not self.enough.is_set():
            self.send(lmtp)

    def replies(self, to: list[str]) -> int:
        return len(to)
