"""Mail filters, and whom they have answered."""

from __future__ import annotations

from django.db import models

from .accounts import Account


class SieveScript(models.Model):
    """A filter of an account; without an account, one that every script may include.

    ``Account.sieve_script`` tells which one is active.
    """

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        help_text='Empty: a script of the server, for `include :global "name"` (RFC 6609 §3.2).',
    )
    name = models.CharField(max_length=128)
    text = models.BinaryField()
    changed_at = models.BigIntegerField()
    last_error = models.TextField(
        default="", blank=True, help_text="Why it failed on a message, which was kept in INBOX."
    )
    last_error_at = models.BigIntegerField(null=True, blank=True)
    told_at = models.BigIntegerField(
        default=0, help_text="When its owner was last told of an error: once a day."
    )

    class Meta:
        db_table = "sieve_script"
        ordering = ["account", "name"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="sieve_script_account_name"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(account__isnull=True),
                name="sieve_script_shared_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VacationReply(models.Model):
    """Somebody who was told that the owner is away, and is not told again until a time."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    whom = models.BinaryField(
        max_length=32, help_text="SHA-256 of the sender and of what tells answers apart."
    )
    until = models.BigIntegerField()

    class Meta:
        db_table = "vacation_reply"
        constraints = [
            models.UniqueConstraint(fields=["account", "whom"], name="vacation_reply_account_whom")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} until {self.until}"


class TrackedIdentifier(models.Model):
    """An identifier of messages that a filter has met, until it is forgotten (RFC 7352)."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    digest = models.BinaryField(
        max_length=32, help_text="SHA-256 of the identifier and of its handle."
    )
    until = models.BigIntegerField()

    class Meta:
        db_table = "tracked_identifier"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "digest"], name="tracked_identifier_account_digest"
            )
        ]
        indexes = [models.Index(fields=["account", "until"], name="tracked_identifier_until")]

    def __str__(self) -> str:
        return f"{self.account_id} until {self.until}"
