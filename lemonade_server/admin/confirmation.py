"""The page before a dangerous action: what exactly will happen, and to what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse

SHOWN = 200
"""Rows that the page lists; of the rest it says how many."""


@dataclass(slots=True)
class Question:
    """What is asked. ``rows`` are the lines of the table under ``heads``; ``asks`` names one word
    that must be given with the answer (``given``).
    """

    title: str
    warning: str
    button: str
    heads: Sequence[str] = ()
    rows: list[Sequence[object]] = field(default_factory=list)
    empty: str = ""
    asks: str = ""
    wrong: str = ""


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the question was answered with yes."""
    return request.POST.get("confirmed") == "yes"


def given_word(request: HttpRequest) -> str:
    """The word that came with the answer."""
    return str(request.POST.get("given", "")).strip()


def ask(
    admin: ModelAdmin[Any], request: HttpRequest, chosen: Iterable[Model], question: Question
) -> TemplateResponse:
    """The page. Its form posts the same action again, for the same objects."""
    context = {
        **admin.admin_site.each_context(request),
        "title": question.title,
        "question": question,
        "rows": question.rows[:SHOWN],
        "more": max(0, len(question.rows) - SHOWN),
        "chosen": [one.pk for one in chosen],
        "checkbox": ACTION_CHECKBOX_NAME,
        "action": request.POST.get("action", ""),
        "given": given_word(request),
        "opts": admin.opts,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)
