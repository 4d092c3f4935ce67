"""Addresses of filters."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("filters/", views.filters, name="filters"),
    path("filters/rule/", views.rule, name="filter_rule"),
    path("filters/away/", views.away, name="filter_away"),
    path("filters/answer/", views.away_page, name="away"),
    path("filters/answer/switch/", views.switch_away, name="switch_away"),
    path("filters/script/", views.script, name="filter_script"),
]
