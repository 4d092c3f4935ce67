"""The places that mail goes to: who works for them, and what is known of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class Destination(models.Model):
    """A place that mail goes to and that could not be reached of late: it is left alone a while."""

    place = models.CharField(max_length=300, primary_key=True)
    failures = models.IntegerField(
        default=0, help_text=gettext_lazy("Attempts in a row without a connection.")
    )
    retry_at = models.BigIntegerField(default=0)
    reason = models.TextField(default="", blank=True)

    class Meta:
        db_table = "destination"

    def __str__(self) -> str:
        return self.place


class Courier(models.Model):
    """A worker that passes mail on to one place: so many at a time, and no more."""

    owner = models.CharField(max_length=100, primary_key=True)
    place = models.CharField(max_length=300)
    until = models.BigIntegerField(help_text="Dead when this is past.")

    class Meta:
        db_table = "courier"

    def __str__(self) -> str:
        return f"{self.owner} for {self.place}"


class StsPolicy(models.Model):
    """What a domain asks of those who send it mail: MTA-STS (RFC 8461), kept for its max_age."""

    domain = models.CharField(max_length=255, primary_key=True)
    policy_id = models.CharField(max_length=32)
    mode = models.CharField(max_length=8, help_text=gettext_lazy("enforce, testing or none."))
    hosts = models.TextField(
        help_text=gettext_lazy("Names of its mail hosts, one a line; *. matches one label.")
    )
    fetched_at = models.BigIntegerField()
    expires_at = models.BigIntegerField()

    class Meta:
        db_table = "sts_policy"
        verbose_name = gettext_lazy("MTA-STS policy")
        verbose_name_plural = gettext_lazy("MTA-STS policies")

    def __str__(self) -> str:
        return f"{self.domain}: {self.mode}"
