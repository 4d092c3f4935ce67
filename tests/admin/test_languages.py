"""The admin speaks the language of whoever operates it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lemonade_server.admin import display
from lemonade_server.models import Account

from .conftest import World

LANGUAGES = ["de", "fr", "ar", "ja"]


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    with translation.override("en"):
        yield


def page_in(operator: Client, language: str, url: str) -> str:
    response = operator.get(url, headers={"Accept-Language": language})
    assert response.status_code == 200, url
    return response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_is_in_the_language_of_its_reader(
    world: World, operator: Client, language: str
) -> None:
    """Headings and explanations of all tables, which Django's own words say nothing of."""
    for model, one in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = page_in(operator, language, url)
        assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page
        explanation = getattr(one, "explanation", "")
        if explanation:
            with translation.override("en"):
                english = str(explanation)
            with translation.override(language):
                assert str(explanation) != english
            assert english[:40] not in page


def test_a_form_has_no_english_words(world: World, operator: Client) -> None:
    account = reverse("admin:lemonade_server_account_change", args=[world.alice.pk])
    page = page_in(operator, "de", account)
    labels = re.findall(r"<label[^>]*>\s*([^<]+?):?\s*</label>", page)
    assert {"Anzeigename", "Sprache", "Kontingent", "Erlaubte Nachrichten"} <= set(labels)
    assert "Erlaubte Bytes an Mail" in page and "Speichern und weiter bearbeiten" in page
    assert "no limit" not in page and ">Senden<" in page.replace("\n", "").replace("  ", "")


def test_the_menu_has_the_same_order_in_every_language(world: World, operator: Client) -> None:
    orders = []
    for language in ["en", *LANGUAGES]:
        page = page_in(operator, language, reverse("admin:index"))
        menu = page.partition('class="subjects"')[2].partition("</nav>")[0]
        orders.append(re.findall(r'href="([^"]+)"', menu))
    assert orders[0][0].endswith("/account/") and orders.count(orders[0]) == len(orders)


def test_what_is_said_after_an_action_has_its_plural(world: World, operator: Client) -> None:
    bob = Account.objects.get(email=world.bob.email)
    chosen = {"action": "disable", "_selected_action": [bob.pk]}
    url = reverse("admin:lemonade_server_account_changelist")
    headers = {"Accept-Language": "ar"}
    page = operator.post(url, chosen, headers=headers, follow=True).content.decode()
    assert "عُطّل حساب واحد." in page


def test_numbers_and_times_by_the_language() -> None:
    with translation.override("de"):
        assert display.octets(12_400_000) == "12,4 MB"
        assert display.distance(0, 2 * 86_400) == "vor 2 Tagen"
        assert display.distance(1_769_936_400, 0) == "1. Februar 2026"
    with translation.override("ar"):
        assert display.distance(0, 2 * 86_400) == "قبل يومين"
        assert display.name_list(["a", "b", "c"], 1) == "a واثنان آخران"
    assert display.octets(12_400_000) == "12.4 MB"
    assert display.distance(3_600 * 5, 0) == "in 5 h"
