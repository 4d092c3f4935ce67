"""The forms of sign-in and settings. Compose has no Django form: the gateway judges a draft."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm

THEMES = [("auto", "As the device"), ("light", "Light"), ("dark", "Dark")]
DENSITIES = [("comfortable", "Comfortable"), ("compact", "Compact")]


class SignInForm(AuthenticationForm):
    """Address and password; says the same whatever was wrong, so that nobody learns who is here."""

    username = forms.CharField(max_length=254, strip=True)
    password = forms.CharField(max_length=1000, strip=False)
    error_messages = {
        "invalid_login": "This address and password don't go together. After several failures "
        "the server lets you wait a few minutes.",
        "inactive": "This account is switched off. Ask whoever runs this server.",
    }


class LookForm(forms.Form):
    """How the pages look on this device."""

    theme = forms.ChoiceField(choices=THEMES)
    density = forms.ChoiceField(choices=DENSITIES)
