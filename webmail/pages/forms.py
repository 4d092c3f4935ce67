"""The forms of sign-in and settings. Compose has no Django form: the gateway judges a draft."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

THEMES = [
    ("auto", gettext_lazy("As the device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
]
DENSITIES = [("comfortable", gettext_lazy("Comfortable")), ("compact", gettext_lazy("Compact"))]

AFTER = [
    ("list", gettext_lazy("Back to the list")),
    ("next", gettext_lazy("The next one below")),
    ("previous", gettext_lazy("The previous one above")),
]
"""What is shown when the open message was archived, moved or deleted."""
SWIPES = [
    ("archive", gettext_lazy("Archive")),
    ("delete", gettext_lazy("Delete")),
    ("read", gettext_lazy("Mark as read or unread")),
    ("flag", gettext_lazy("Flag")),
    ("", gettext_lazy("Nothing")),
]


UNDO = [
    (0, gettext_lazy("Send at once")),
    *((n, format_lazy(gettext_lazy("{number} seconds"), number=n)) for n in (5, 10, 20, 30)),
]
"""For how long what was sent can be taken back."""


class SignInForm(AuthenticationForm):
    """Address and password; says the same whatever was wrong, so that nobody learns who is here."""

    username = forms.CharField(max_length=254, strip=True)
    password = forms.CharField(max_length=1000, strip=False)
    error_messages = {
        "invalid_login": gettext_lazy(
            "This address and password don't go together. After several failures "
            "the server lets you wait a few minutes."
        ),
        "inactive": gettext_lazy("This account is switched off. Ask whoever runs this server."),
    }


class LookForm(forms.Form):
    """How the pages look on this device, and the language of whoever reads them anywhere."""

    language = forms.ChoiceField(
        choices=[("", gettext_lazy("As the browser")), *settings.LANGUAGES], required=False
    )
    theme = forms.ChoiceField(choices=THEMES)
    density = forms.ChoiceField(choices=DENSITIES)
    after = forms.ChoiceField(choices=AFTER, required=False)
    swipe_right = forms.ChoiceField(choices=SWIPES, required=False)
    swipe_left = forms.ChoiceField(choices=SWIPES, required=False)
    conversations = forms.BooleanField(required=False)
    undo_seconds = forms.TypedChoiceField(
        choices=UNDO, coerce=int, required=False, empty_value=None
    )
    rich_text = forms.BooleanField(required=False)
    wants_receipts = forms.BooleanField(required=False)
    wants_reports = forms.BooleanField(required=False)
    ignores_receipts = forms.BooleanField(required=False)

    def clean_after(self) -> str:
        """As it was, for a page that was loaded before there was this setting."""
        return str(
            self.cleaned_data["after"]
            or self.get_initial_for_field(self["after"].field, "after")
            or AFTER[0][0]
        )
