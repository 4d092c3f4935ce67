"""Submissions and what became of each recipient. The row is the truth; Celery only wakes up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from .accounts import Account
from .contents import Content


class Submission(models.Model):
    """A message that was accepted for delivery, with its envelope."""

    account = models.ForeignKey(Account, models.SET_NULL, null=True)
    sender = models.CharField(
        gettext_lazy("from"),
        max_length=320,
        blank=True,
        help_text=gettext_lazy("Reverse-path; empty is <>."),
    )
    content = models.ForeignKey(Content, models.DO_NOTHING, db_constraint=False, db_index=False)
    size = models.BigIntegerField()
    message_id = models.TextField("Message-ID", default="", blank=True)
    envid = models.CharField(
        gettext_lazy("envelope identifier"),
        max_length=100,
        default="",
        blank=True,
        db_index=True,
        help_text=gettext_lazy("ENVID: the sender's own mark, quoted in reports (RFC 3461 §4.4)."),
    )
    ret = models.CharField(
        gettext_lazy("return in reports"),
        max_length=4,
        default="",
        blank=True,
        help_text=gettext_lazy("RET: FULL the message, HDRS its header (RFC 3461 §4.3)."),
    )
    body = models.CharField(
        gettext_lazy("body type"),
        max_length=10,
        default="7BIT",
        help_text=gettext_lazy("7BIT, 8BITMIME or BINARYMIME."),
    )
    smtputf8 = models.BooleanField(
        "SMTPUTF8",
        default=False,
        help_text=gettext_lazy("Has addresses or header fields in UTF-8 (RFC 6531)."),
    )
    source = models.CharField(
        max_length=8, help_text=gettext_lazy("data, bdat, burl, report or import.")
    )
    arrived_at = models.BigIntegerField()
    release_at = models.BigIntegerField(
        gettext_lazy("released at"),
        default=0,
        help_text="Not sent before: HOLDFOR, HOLDUNTIL (RFC 4865).",
    )
    hold = models.CharField(
        gettext_lazy("future release request"),
        max_length=40,
        default="",
        blank=True,
        help_text="As asked for: for;seconds or until;date.",
    )
    by_at = models.BigIntegerField(
        gettext_lazy("deliver by"),
        null=True,
        help_text="BY: in time, or it is returned or reported (RFC 2852).",
    )
    by_mode = models.CharField(
        gettext_lazy("when it is too late"),
        max_length=2,
        default="",
        blank=True,
        help_text="R return, N notify; T: report each relay.",
    )
    priority = models.SmallIntegerField(
        default=0, help_text=gettext_lazy("MT-PRIORITY, -9 to 9 (RFC 6710).")
    )
    tls = models.CharField(
        gettext_lazy("TLS on the way"),
        max_length=9,
        default="",
        blank=True,
        help_text=gettext_lazy(
            "required: only over verified TLS (REQUIRETLS); preferred: so if possible;"
            " optional: also without (TLS-Required: No). RFC 8689."
        ),
    )

    class Meta:
        db_table = "submission"

    def __str__(self) -> str:
        return f"{self.pk} from <{self.sender}>"


class Recipient(models.Model):
    """One recipient of a submission and its state."""

    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("Queued")
        HELD = "held", gettext_lazy("Held")
        DELIVERED = "delivered", gettext_lazy("Delivered")
        RELAYED = "relayed", gettext_lazy("Relayed")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    submission = models.ForeignKey(Submission, models.CASCADE)
    address = models.CharField(max_length=320)
    orcpt = models.CharField(
        gettext_lazy("original recipient"),
        max_length=500,
        default="",
        blank=True,
        help_text=gettext_lazy("ORCPT: the address before aliases and forwarding (RFC 3461 §4.2)."),
    )
    notify = models.CharField(
        gettext_lazy("notify sender"),
        max_length=30,
        default="",
        blank=True,
        help_text=gettext_lazy(
            "NOTIFY: NEVER, or of SUCCESS, FAILURE, DELAY; empty is FAILURE and DELAY."
        ),
    )
    place = models.CharField(
        gettext_lazy("goes to"),
        max_length=300,
        default="",
        blank=True,
        help_text="A domain, * for the relay of the settings, an operator's smtp:// URL, or here.",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.BigIntegerField(default=0)
    lease_until = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, default="", blank=True)
    status = models.CharField(
        max_length=12, default="", blank=True, help_text=gettext_lazy("As 5.1.1.")
    )
    diagnostic = models.TextField(default="", blank=True, help_text="The other side's words.")
    remote = models.CharField(
        gettext_lazy("remote host"),
        max_length=300,
        default="",
        blank=True,
        help_text=gettext_lazy("The last one tried."),
    )
    last_attempt_at = models.BigIntegerField(null=True)
    told = models.CharField(
        gettext_lazy("reported so far"),
        max_length=2,
        default="",
        blank=True,
        help_text="D: that it is delayed; B: that it is later than BY.",
    )
    finished_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "recipient"
        indexes = [
            models.Index(
                fields=["place", "next_attempt_at"],
                name="recipient_queued",
                condition=models.Q(state="queued"),
            )
        ]

    def __str__(self) -> str:
        return self.address


class DeliveryEvent(models.Model):
    """What happened to a submission on its way, beside what its own row tells."""

    class Kind(models.TextChoices):
        TRIED = "tried", gettext_lazy("tried")
        REPORTED = "reported", gettext_lazy("reported by another server")
        READ = "read", gettext_lazy("a reader's receipt")
        STEERED = "steered", gettext_lazy("changed by hand")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events")
    recipient = models.ForeignKey(
        Recipient, models.CASCADE, null=True, db_constraint=False, db_index=False
    )
    at = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    action = models.CharField(max_length=20, default="", blank=True)
    status = models.CharField(max_length=12, default="", blank=True)
    host = models.CharField(max_length=300, default="", blank=True)
    words = models.TextField(
        default="", blank=True, help_text=gettext_lazy("The other side's own.")
    )

    class Meta:
        db_table = "delivery_event"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.action} {self.status}".strip()
