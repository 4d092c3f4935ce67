"""The forms of a domain: they refuse what the command line refuses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import DomainNameValidator
from django.utils.translation import gettext

from lemonade_server.directory import checks
from lemonade_server.models import Domain


class NewDomainForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Refuses what can't be a domain, in the words of the command line."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip().lower()
        wrong = gettext("%(name)s is not a domain name; example.org is one.") % {"name": name}
        DomainNameValidator(message=wrong)(name)
        if Domain.objects.filter(name=name).exists():
            raise forms.ValidationError(gettext("%(name)s is here already.") % {"name": name})
        return name


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Whose name it is besides, and who gets what nobody has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "alias_of" in self.fields:  # not for those who may only look
            others = Domain.objects.filter(alias_of=None).exclude(pk=self.instance.pk)
            self.fields["alias_of"].queryset = others  # type: ignore[attr-defined]

    def clean_alias_of(self) -> Domain | None:
        chosen: Domain | None = self.cleaned_data["alias_of"]
        return checks.checked_other_name(self.instance, chosen)

    def clean_catch_all(self) -> str:
        return checks.checked_catch_all(self.instance.name, self.cleaned_data["catch_all"])

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        checks.refuse_both(given.get("alias_of"), given.get("catch_all", ""))
