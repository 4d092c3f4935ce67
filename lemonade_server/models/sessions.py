"""Resumable IMAP sessions (draft-ietf-lemonade-reconnect-02)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from .accounts import Account
from .mailboxes import Mailbox


class ImapSession(models.Model):
    """What a client finds again when it comes back after its connection was lost.

    No more than where it was: what changed meanwhile is read from the mailbox's mod-sequences.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="resumable_sessions")
    login_epoch = models.IntegerField(help_text="The account's when it began: dies with it.")
    sid_hash = models.BinaryField(max_length=32, editable=False)
    mailbox = models.ForeignKey(
        Mailbox,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        help_text="The selected one; its number is never used again after it was deleted.",
    )
    name = models.CharField(max_length=1000, default="", blank=True, help_text="As typed.")
    read_only = models.BooleanField(default=False, help_text="Opened with EXAMINE.")
    enabled = models.CharField(
        max_length=500, default="", blank=True, help_text=gettext_lazy("By ENABLE.")
    )
    told = models.CharField(
        max_length=32, default="", blank=True, help_text="Digest of the capabilities it was told."
    )
    notify = models.TextField(default="", blank=True, help_text="What NOTIFY SET asked for.")
    connection = models.CharField(
        max_length=32, default="", blank=True, help_text="The one that uses it now."
    )
    created_at = models.BigIntegerField()
    seen_at = models.BigIntegerField(help_text="Last sign of life.")

    class Meta:
        db_table = "imap_session"
        verbose_name = gettext_lazy("resumable session")

    def __str__(self) -> str:
        return f"session {self.pk} of {self.account}"
