"""The web pages over a real mail server: a signed-in browser without JavaScript, so to speak."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from django.test import Client

from lemonade_server.models import Account
from tests.mailserver import PASSWORD, MailServer
from webmail.models import Preferences

TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)


class Site:
    """One person's browser, and beside it their mailbox through another program."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.email = server.add_account("reader")
        self.account = Account.objects.create_user(self.email, PASSWORD, name="Rea Reader")
        self.set_conversations(on=False)  # most tests are about single messages
        self.client = Client()
        self.client.force_login(self.account)
        self.imap = imaplib.IMAP4("127.0.0.1", server.ports["imap"])
        self.imap.login(self.email, PASSWORD)

    def set_conversations(self, *, on: bool) -> None:
        """As its reader sets it."""
        Preferences.objects.update_or_create(account=self.account, defaults={"conversations": on})

    def put(self, message: EmailMessage | bytes, folder: str = "INBOX", flags: str = "") -> int:
        """Store a message; its UID."""
        octets = message if isinstance(message, bytes) else message.as_bytes()
        lines = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        _, answer = self.imap.append(folder, flags, "", lines)
        return int(answer[0].split(b"]")[0].split()[-1])

    def flags(self, uid: int, folder: str = "INBOX") -> str:
        """The flags as the other program sees them; "" when the message is gone."""
        self.imap.select(folder)
        _, answer = self.imap.uid("FETCH", str(uid), "(FLAGS)")
        return answer[0].decode() if answer[0] else ""

    def text(self, path: str, status: int = 200, headers: Mapping[str, str] | None = None) -> str:
        """The page at ``path``, without the templates that only a script draws from."""
        response: Any = self.client.get(path, headers=headers)
        assert response.status_code == status, response.content
        return TEMPLATE.sub("", response.content.decode())


def letter(subject: str = "Greetings", text: str = "Hello.\n", **fields: str) -> EmailMessage:
    """A plain message."""
    message = EmailMessage()
    message["From"] = fields.get("sender", "Maria Oliveira <maria@far.example>")
    message["To"] = fields.get("to", "Rea <rea@lemonade.test>")
    message["Subject"] = subject
    message["Message-ID"] = fields.get("message_id", "<1@far.example>")
    message["Date"] = "Tue, 24 Nov 2026 05:00:00 +0000"
    message.set_content(text)
    return message
