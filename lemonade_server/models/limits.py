"""What is counted or kept back for a while: mail sent in an hour, mail from the unknown."""

from __future__ import annotations

from django.db import models


class Sent(models.Model):
    """Recipients that an account, or a domain, has written to in the last hour."""

    who = models.CharField(max_length=300, primary_key=True, help_text="An address or a domain.")
    last_at = models.BigIntegerField()
    spans = models.TextField(help_text="time:recipients of each minute with mail, in their order.")

    class Meta:
        db_table = "sent"

    def __str__(self) -> str:
        return self.who


class Greylisted(models.Model):
    """A host, a sender and a recipient that came together: the first time they are put off."""

    triplet = models.BinaryField(primary_key=True, max_length=32)
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField(db_index=True)
    passed = models.BooleanField(default=False)

    class Meta:
        db_table = "greylisted"

    def __str__(self) -> str:
        return bytes(self.triplet).hex()
