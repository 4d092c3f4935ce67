"""What the store refuses, in the words of the admin. A store that is away or full is a page of the
whole web face (``project/trouble.py``).
"""

from __future__ import annotations

from django.forms import BaseForm
from django.utils.translation import gettext

from lemonade_server.directory.sharing import InvalidRights
from lemonade_server.store.errors import Refused

FIELDS: dict[type[Refused], tuple[str, ...]] = {
    InvalidRights: ("rights",),
    Refused: ("who", "name"),
}
"""Which field of a form an error is about: the first of these that the form has, else none."""


def add_refusal(form: BaseForm, error: Refused) -> None:
    """Let a form say what the store refuses, at the field that it is about."""
    names = next(FIELDS[kind] for kind in type(error).__mro__ if kind in FIELDS)
    form.add_error(next((name for name in names if name in form.fields), None), gettext(error.text))


def message_of(error: Refused) -> str:
    """What is said above a page when a refusal comes after its form was checked."""
    return gettext("Nothing was changed: %(reason)s.") % {"reason": gettext(error.text)}
