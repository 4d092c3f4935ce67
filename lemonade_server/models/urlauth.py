"""URLAUTH access keys and issued tickets (RFC 4467)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from .accounts import Account
from .mailboxes import Mailbox


class UrlauthKey(models.Model):
    """A mailbox access key: one for each owner, mailbox and mechanism. Never shown."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE)
    mechanism = models.CharField(max_length=20, default="INTERNAL")
    key = models.BinaryField(max_length=32, editable=False)
    created_at = models.BigIntegerField()

    class Meta:
        db_table = "urlauth_key"
        verbose_name = gettext_lazy("URLAUTH key")
        verbose_name_plural = gettext_lazy("URLAUTH keys")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "mailbox", "mechanism"], name="urlauth_key_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mechanism} key of {self.mailbox}"


class UrlauthTicket(models.Model):
    """A URL that was authorized. ``rump`` is the URL without ``:mechanism:token``."""

    account = models.ForeignKey(Account, models.CASCADE)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True)
    key = models.ForeignKey(
        UrlauthKey, models.SET_NULL, null=True, help_text="Empty: died with its key."
    )
    rump = models.TextField(
        "URL", help_text=gettext_lazy("Without its mechanism and token, which are secret.")
    )
    rump_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    access = models.CharField(
        max_length=300, help_text=gettext_lazy("Access identifier, as submit+alice.")
    )
    uid = models.BigIntegerField("UID")
    section = models.CharField(max_length=200, default="", blank=True)
    expires_at = models.BigIntegerField(null=True)
    issued_at = models.BigIntegerField()
    uses = models.BigIntegerField(default=0, help_text=gettext_lazy("How often it was redeemed."))
    octets = models.BigIntegerField(default=0, help_text="Handed out in all.")
    last_used_at = models.BigIntegerField(null=True)
    last_used_by = models.CharField(max_length=254, default="", blank=True)
    revoked_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "urlauth_ticket"
        verbose_name = gettext_lazy("URLAUTH ticket")
        verbose_name_plural = gettext_lazy("URLAUTH tickets")

    def __str__(self) -> str:
        return self.rump
