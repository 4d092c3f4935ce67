"""Passwords for single programs (see ``lemonade_server.auth.app_passwords``)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from .accounts import Account


class Scope(models.TextChoices):
    """What a program may do with its password."""

    MAIL = "mail", gettext_lazy("Read and file mail (IMAP)")
    SENDING = "sending", gettext_lazy("Send mail (SMTP)")
    FILTERS = "filters", gettext_lazy("Change filters (ManageSieve)")
    CONTACTS = "contacts", gettext_lazy("Read and change the address book (CardDAV)")


class AppPassword(models.Model):
    """A password that the server made for one program of an account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="app_passwords")
    name = models.CharField(max_length=100, help_text=gettext_lazy("The program or device."))
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = models.CharField(max_length=100, help_text="Values of Scope, with spaces between.")
    created_at = models.BigIntegerField()
    expires_at = models.BigIntegerField(null=True, blank=True)
    last_used_at = models.BigIntegerField(null=True, blank=True)
    last_used_from = models.CharField(max_length=64, default="", blank=True)
    last_used_for = models.CharField(max_length=10, choices=Scope.choices, default="", blank=True)

    class Meta:
        db_table = "app_password"
        ordering = ["id"]
        verbose_name = gettext_lazy("app password")
        verbose_name_plural = gettext_lazy("app passwords")

    def __str__(self) -> str:
        return self.name
