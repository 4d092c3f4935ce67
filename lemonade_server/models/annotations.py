"""Annotations of mailboxes and of the server (RFC 5464)."""

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
