"""Failed logins (see ``lemonade_server.auth.brake``)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class LoginAttempts(models.Model):
    """Failures of a login from an address, or with one of both empty, of any."""

    login = models.CharField(max_length=320, help_text="Empty: any.")
    address = models.CharField(max_length=64, help_text="Or a /64 of IPv6. Empty: any.")
    failures = models.IntegerField()
    since = models.BigIntegerField(help_text="The first of them.")
    known_until = models.BigIntegerField(
        default=0,
        db_index=True,
        help_text="The login has succeeded from there lately: failures of others don't pause it.",
    )

    class Meta:
        db_table = "login_attempts"
        verbose_name = gettext_lazy("login pause")
        verbose_name_plural = gettext_lazy("login pauses")
        constraints = [
            models.UniqueConstraint(fields=["login", "address"], name="login_attempts_of_both")
        ]
        indexes = [models.Index(fields=["address"], name="login_attempts_address")]

    def __str__(self) -> str:
        text = " from ".join(part or "any" for part in (self.login, self.address))
        return "".join(one if one.isprintable() else "?" for one in text)
