"""The forms of an account: they refuse what the command line refuses, in the same words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.directory import enrolment
from lemonade_server.directory.accounts import canonical
from lemonade_server.directory.quota import parse_octets, spell_octets
from lemonade_server.models import Account
from lemonade_server.models.accounts import CREDENTIALS


class OctetsField(forms.CharField):
    """A number of octets that may be written with a unit."""

    def prepare_value(self, value: object) -> object:
        return spell_octets(value) if isinstance(value, int) else value

    def to_python(self, value: object) -> int:  # type: ignore[override]
        try:
            return parse_octets(str(value or ""))
        except ValueError:
            raise forms.ValidationError(
                gettext(
                    "Write a number of octets, or one with kB, MB, GB or TB as in 5 GB; "
                    "0 is no limit."
                )
            ) from None

    def has_changed(self, initial: object, data: object) -> bool:
        try:
            return parse_octets(str(data or "")) != (initial or 0)
        except ValueError:
            return True


def _quota() -> OctetsField:
    return OctetsField(
        label=gettext_lazy("Quota"),
        required=False,
        help_text=gettext_lazy(
            "Octets of mail allowed, as 5 GB; 0 is no limit. Beyond it APPEND and COPY "
            "answer NO [OVERQUOTA] and delivery answers 5.2.2."
        ),
    )


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """An account that is there. Its address stays: tickets and tokens are made with it."""

    quota = _quota()


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """An account to be enrolled with its mailboxes."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "In a domain of this server; without @ the default domain is added."
        ),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    quota = _quota()

    def clean_email(self) -> str:
        try:
            return enrolment.checked_address(canonical(self.cleaned_data["email"]))
        except enrolment.InvalidAccount as error:
            raise forms.ValidationError(str(error)) from None

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("The two passwords are not the same."))
        return cleaned


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # no runtime generics
    """A new password, typed by an operator."""

    def save(self, commit: bool = True) -> Account:
        """Writes only what belongs to it: the row's counters may have moved on meanwhile."""
        account: Account = self.user
        account.set_password(self.cleaned_data["new_password1"])
        if commit:
            account.save(update_fields=CREDENTIALS)
        return account
