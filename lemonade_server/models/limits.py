"""What is counted or kept back for a while: mail sent in an hour, mail from the unknown."""

from __future__ import annotations

from django.db import models


class Sent(models.Model):
    """Recipients that an account, or a domain, has written to in the hour that began then."""

    who = models.CharField(max_length=300, primary_key=True, help_text="An address or a domain.")
    began_at = models.BigIntegerField()
    recipients = models.BigIntegerField()

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
