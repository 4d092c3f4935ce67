"""Submissions and what became of each recipient. The row is the truth; Celery only wakes up."""

from __future__ import annotations

from django.db import models

from .accounts import Account
from .contents import Content


class Submission(models.Model):
    """A message that was accepted for delivery, with its envelope."""

    account = models.ForeignKey(Account, models.SET_NULL, null=True)
    sender = models.CharField(max_length=320, blank=True, help_text="Reverse-path; empty is <>.")
    content = models.ForeignKey(Content, models.DO_NOTHING, db_constraint=False, db_index=False)
    size = models.BigIntegerField()
    message_id = models.TextField(default="", blank=True)
    envid = models.CharField(max_length=100, default="", blank=True, db_index=True)
    ret = models.CharField(max_length=4, default="", blank=True)
    body = models.CharField(max_length=10, default="7BIT")
    smtputf8 = models.BooleanField(default=False)
    source = models.CharField(max_length=8, help_text="data, bdat, burl, report or import.")
    arrived_at = models.BigIntegerField()

    class Meta:
        db_table = "submission"

    def __str__(self) -> str:
        return f"{self.pk} from <{self.sender}>"


class Recipient(models.Model):
    """One recipient of a submission and its state."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DELIVERED = "delivered"
        RELAYED = "relayed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    submission = models.ForeignKey(Submission, models.CASCADE)
    address = models.CharField(max_length=320)
    orcpt = models.CharField(max_length=500, default="", blank=True)
    notify = models.CharField(max_length=30, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.BigIntegerField(default=0)
    lease_until = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, default="", blank=True)
    status = models.CharField(max_length=12, default="", blank=True, help_text="As 5.1.1.")
    diagnostic = models.TextField(default="", blank=True, help_text="The other side's words.")
    remote = models.CharField(max_length=300, default="", blank=True)
    last_attempt_at = models.BigIntegerField(null=True)
    finished_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "recipient"
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="recipient_queued",
                condition=models.Q(state="queued"),
            )
        ]

    def __str__(self) -> str:
        return self.address
