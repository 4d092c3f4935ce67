"""The keys with which a domain signs its outgoing mail (DKIM, RFC 6376)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from .accounts import Domain


class DkimKey(models.Model):
    """One key of a domain. Keys of one selector come and go together, one an algorithm.

    A key is prepared, its record published, then it signs; when another one takes over it stays
    published until it is retired, as mail that it signed may still be on its way.
    """

    class Algorithm(models.TextChoices):
        RSA = "rsa-sha256", gettext_lazy("RSA, 2048 bits")
        ED25519 = "ed25519-sha256", "Ed25519"

    class State(models.TextChoices):
        PREPARED = "prepared", gettext_lazy("prepared: publish its record, then use it")
        SIGNING = "signing", gettext_lazy("signing")
        REPLACED = "replaced", gettext_lazy("replaced: still to be published")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="dkim_keys")
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=16, choices=Algorithm.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREPARED)
    public = models.TextField(editable=False, help_text="As the record's p= has it.")
    secret = models.BinaryField(editable=False, help_text="Sealed with the server's own key.")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "dkim_key"
        ordering = ["domain", "-created_at", "algorithm"]
        verbose_name = gettext_lazy("DKIM key")
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "selector", "algorithm"], name="dkim_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain.name} ({self.algorithm})"

    @property
    def record_name(self) -> str:
        """Where the public key is published. Each algorithm has a selector of its own there."""
        return f"{self.full_selector}._domainkey.{self.domain.name}"

    @property
    def full_selector(self) -> str:
        """The selector as the signature names it: one record holds one key (RFC 6376 §3.6.2.2)."""
        return f"{self.selector}e" if self.algorithm == self.Algorithm.ED25519 else self.selector

    @property
    def record(self) -> str:
        """The text of the record (RFC 6376 §3.6.1, RFC 8463 §4)."""
        kind = "ed25519" if self.algorithm == self.Algorithm.ED25519 else "rsa"
        return f"v=DKIM1; k={kind}; p={self.public}"
