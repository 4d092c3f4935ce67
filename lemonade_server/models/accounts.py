"""Who has mail here: domains, accounts and aliases."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy

SCRAM_ITERATIONS = 10_000

ALWAYS = ("postmaster", "abuse")
"""Names that every domain answers to (RFC 2142 §4, §5; RFC 5321 §4.5.1)."""


CREDENTIALS = (
    "password", "login_epoch", "scram_salt", "scram_iterations", "scram_stored_key",
    "scram_server_key", "scram_sha1",
)  # fmt: skip
"""All columns that ``Account.set_password`` changes."""


class Domain(models.Model):
    """A mail domain that this server is responsible for."""

    name = models.CharField(
        max_length=255, unique=True, help_text=gettext_lazy("In lower case, without the @.")
    )
    alias_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="other_names",
        help_text=gettext_lazy("Each address here is the one of the same name in that domain."),
    )
    catch_all = models.EmailField(
        max_length=254,
        blank=True,
        help_text=gettext_lazy("Gets the mail for addresses that nobody has."),
    )
    hourly_limit = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=gettext_lazy(
            "Recipients that all of the domain may write to in an hour; 0 is no limit, "
            "empty what LEMONADE_DOMAIN_RATE says."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "domain"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = self.name.strip().lower()
        super().save(*args, **kwargs)


def languages() -> list[tuple[str, str]]:
    """Those that pages are written in, as their readers call them."""
    return list(settings.LANGUAGES)


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts; the address is folded to lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=email.strip().lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Account:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser, PermissionsMixin):
    """A person (or the submission service) that may log in, by e-mail address."""

    class Role(models.TextChoices):
        USER = "user", gettext_lazy("User")
        SUBMIT = "submit", gettext_lazy("Submission service (may only redeem submit+ tickets)")
        SHARED = "shared", gettext_lazy("Nobody (owns the shared mailboxes)")

    email = models.EmailField(gettext_lazy("e-mail address"), max_length=254, unique=True)
    name = models.CharField(gettext_lazy("display name"), max_length=200, blank=True)
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.USER)
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=languages,
        help_text=gettext_lazy(
            "Of pages and of what the server writes to them; empty: as the browser asks."
        ),
    )
    is_active = models.BooleanField(gettext_lazy("active"), default=True)
    is_staff = models.BooleanField(gettext_lazy("may use the admin"), default=False)
    quota = models.BigIntegerField(
        default=0, help_text=gettext_lazy("Octets of mail allowed; 0 is no limit.")
    )
    message_quota = models.PositiveBigIntegerField(
        gettext_lazy("messages allowed"),
        default=0,
        help_text=gettext_lazy("In all mailboxes together; 0 is no limit."),
    )
    hourly_limit = models.PositiveIntegerField(
        gettext_lazy("recipients an hour"),
        null=True,
        blank=True,
        help_text=gettext_lazy("0 is no limit, empty what LEMONADE_ACCOUNT_RATE says."),
    )
    last_uidvalidity = models.BigIntegerField(default=0, editable=False)
    login_epoch = models.IntegerField(
        default=0, editable=False, help_text="Raised by a password change: older tokens die."
    )
    sieve_script = models.BigIntegerField(
        default=0, editable=False, help_text="The active filter; 0 is none."
    )
    mutes = models.BooleanField(
        db_default=False,
        editable=False,
        help_text="Has muted a conversation, at some time: mail for it is looked at.",
    )
    scram_salt = models.BinaryField(default=b"", editable=False)
    scram_iterations = models.IntegerField(default=0, editable=False)
    scram_stored_key = models.BinaryField(default=b"", editable=False)
    scram_server_key = models.BinaryField(default=b"", editable=False)
    scram_sha1 = models.BinaryField(
        null=True, editable=False, help_text="Both keys of SCRAM-SHA-1, of the same salt."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        db_table = "account"
        ordering = ["email"]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. A new password or being disabled ends the resumable IMAP sessions."""
        super().save(*args, **kwargs)
        touched = kwargs.get("update_fields")
        if touched is None or {"password", "is_active"} & set(touched):
            ended = self.resumable_sessions.all()
            if self.is_active:
                ended = ended.exclude(login_epoch=self.login_epoch)
            ended.delete()

    def set_password(self, raw_password: str | None) -> None:
        """Hash the password for the web and derive the keys of SCRAM (RFC 5802 §3)."""
        super().set_password(raw_password)
        self.login_epoch += 1
        if raw_password is None:
            self.scram_iterations = 0
            self.scram_salt = self.scram_stored_key = self.scram_server_key = b""
            self.scram_sha1 = None
            return
        self.scram_salt = secrets.token_bytes(16)
        self.scram_iterations = SCRAM_ITERATIONS
        of = (raw_password, self.scram_salt, SCRAM_ITERATIONS)
        self.scram_stored_key, self.scram_server_key = scram_keys("sha256", *of)
        self.scram_sha1 = b"".join(scram_keys("sha1", *of))

    def check_password(self, raw_password: str) -> bool:
        """Whether it is the password. Nothing is written: logins keep better hashes (``auth``)."""
        return hashers.check_password(raw_password, self.password)

    def get_session_auth_hash(self) -> str:
        """A web session ends with the password, not with a better hash of the same one."""
        text = f"{self.pk}.{self.login_epoch}"
        return salted_hmac("lemonade.session", text, algorithm="sha256").hexdigest()


def scram_keys(digest: str, password: str, salt: bytes, iterations: int) -> tuple[bytes, bytes]:
    """StoredKey and ServerKey of a password (RFC 5802 §3)."""
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", digest)
    return hashlib.new(digest, client_key).digest(), hmac.digest(salted, b"Server Key", digest)


class AliasManager(models.Manager["Alias"]):
    """Makes aliases with their targets."""

    def create_leading_to(self, address: str, *targets: str) -> Alias:
        alias = self.create(address=address)
        alias.set_targets(targets)
        return alias


class Alias(models.Model):
    """An address that stands for others."""

    address = models.EmailField(max_length=254, unique=True)
    objects: ClassVar[AliasManager] = AliasManager()

    class Meta:
        db_table = "alias"
        ordering = ["address"]
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.address

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address = self.address.strip().lower()
        super().save(*args, **kwargs)

    def target_list(self) -> list[str]:
        """The targets, folded to lower case, in their order."""
        return [one.address.lower() for one in self.targets.all()] if self.pk else []

    def set_targets(self, addresses: Iterable[str]) -> None:
        """Write the targets in place of those before, in this order."""
        once = {address.strip().lower(): address.strip() for address in addresses}
        with transaction.atomic():
            self.targets.all().delete()
            AliasTarget.objects.bulk_create(
                AliasTarget(alias=self, address=address, plain=plain_address(address))
                for address in once.values()
                if address
            )
        if hasattr(self, "_prefetched_objects_cache"):
            self._prefetched_objects_cache.pop("targets", None)


class AliasTarget(models.Model):
    """One address that an alias stands for, here or elsewhere."""

    LONGEST = 320
    """64 octets, an at sign and 255 (RFC 5321 §4.5.3.1)."""

    alias = models.ForeignKey(Alias, models.CASCADE, related_name="targets")
    address = models.CharField(max_length=LONGEST)
    plain = models.CharField(
        max_length=LONGEST,
        db_index=True,
        editable=False,
        help_text="In lower case and without its detail: by this it is found.",
    )

    class Meta:
        db_table = "alias_target"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.address


def plain_address(address: str) -> str:
    """The address in lower case, without what stands behind its ``+`` (RFC 5233)."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
