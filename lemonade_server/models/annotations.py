"""Annotations of mailboxes and of the server (RFC 5464), and of messages (RFC 5257)."""

from __future__ import annotations

from django.db import models

from .accounts import Account
from .mailboxes import Mailbox


class Annotation(models.Model):
    """What a client has noted under a name as ``/private/comment``.

    ``mailbox`` is 0 for an account's notes on the server as a whole.
    """

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    mailbox = models.ForeignKey(
        Mailbox, models.DO_NOTHING, db_constraint=False, help_text="0: of the server."
    )
    name = models.CharField(max_length=255, help_text="In lower case.")
    value = models.BinaryField()

    class Meta:
        db_table = "annotation"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "mailbox", "name"], name="annotation_account_mailbox_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class MessageAnnotation(models.Model):
    """What somebody has noted on a message under a name as ``/comment``.

    ``account`` is 0 for what all see, else the one who sees it. Without a value it was removed.
    """

    mailbox = models.ForeignKey(Mailbox, models.DO_NOTHING, db_constraint=False, db_index=False)
    uid = models.BigIntegerField("UID")
    account = models.ForeignKey(
        Account, models.CASCADE, db_constraint=False, db_index=False, help_text="0: everybody."
    )
    entry = models.CharField(max_length=255)
    value = models.BinaryField(null=True)
    modseq = models.BigIntegerField(help_text="Of its newest change.")

    class Meta:
        db_table = "message_annotation"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid", "account", "entry"], name="message_annotation_entry"
            )
        ]
        indexes = [models.Index(fields=["account", "mailbox"], name="message_annotation_account")]

    def __str__(self) -> str:
        return self.entry
