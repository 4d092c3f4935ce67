"""The tables of the address book, and of those whom somebody wrote to."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AddressBook(models.Model):
    """Somebody's address book: what counts its changes, and what they chose for it."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    change = models.BigIntegerField(default=0, help_text="Number of the last change.")
    oldest_change = models.BigIntegerField(
        default=0, help_text="What was removed before is not known any more."
    )
    remembers = models.BooleanField(
        default=True, help_text="Who is written to is remembered, to be offered."
    )

    class Meta:
        db_table = "webmail_address_book"

    def __str__(self) -> str:
        return f"address book of {self.account_id}"


class Contact(models.Model):
    """A person, a company or a group. ``card`` is the truth; the rest is taken from it."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=200, help_text="Last part of its address in CardDAV.")
    uid = models.CharField(max_length=255)
    card = models.TextField(help_text="A vCard of version 4.")
    etag = models.CharField(max_length=64)
    change = models.BigIntegerField(help_text="Number of the change that made it so.")
    is_group = models.BooleanField(default=False)
    display_name = models.CharField(max_length=255)
    sort_key = models.CharField(max_length=255)
    organization = models.CharField(max_length=255, blank=True)
    search_text = models.TextField(help_text="In small letters, each word after a space.")
    has_photo = models.BooleanField(default=False)

    class Meta:
        db_table = "webmail_contact"
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="contact_name_once"),
            models.UniqueConstraint(fields=["account", "uid"], name="contact_uid_once"),
        ]
        indexes = [
            models.Index(fields=["account", "sort_key"], name="contact_order"),
            models.Index(fields=["account", "change"], name="contact_change"),
        ]

    def __str__(self) -> str:
        return self.display_name


class ContactAddress(models.Model):
    """An e-mail address of a contact."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    position = models.IntegerField(help_text="0 is the preferred one.")
    address = models.CharField(max_length=254)
    key = models.CharField(max_length=254, help_text="The same to be compared.")

    class Meta:
        db_table = "webmail_contact_address"
        ordering = ["position"]
        indexes = [models.Index(fields=["account", "key"], name="contact_by_address")]

    def __str__(self) -> str:
        return self.address


class RemovedContact(models.Model):
    """What was removed, for who keeps a copy of the address book, and to bring it back."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    name = models.CharField(max_length=200)
    change = models.BigIntegerField()
    card = models.TextField()

    class Meta:
        db_table = "webmail_removed_contact"
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="removed_contact_once"),
        ]
        indexes = [models.Index(fields=["account", "change"], name="removed_contact_change")]

    def __str__(self) -> str:
        return self.name


class Correspondent(models.Model):
    """Somebody who was written to. ``rank`` grows with use, and what is used later counts more."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=254, help_text="The address to be compared.")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=255, blank=True)
    uses = models.IntegerField(default=0)
    used_at = models.DateTimeField()
    rank = models.FloatField(default=0)
    search_text = models.CharField(max_length=600)

    class Meta:
        db_table = "webmail_correspondent"
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="correspondent_once"),
        ]
        indexes = [models.Index(fields=["account", "-rank"], name="correspondent_rank")]

    def __str__(self) -> str:
        return self.address


class ContactImport(models.Model):
    """Contacts out of a file that somebody looks at before they come into the address book."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    cards = models.TextField(help_text="vCards of version 4.")
    created_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "webmail_contact_import"

    def __str__(self) -> str:
        return f"import of {self.account_id}"
