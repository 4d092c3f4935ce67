"""Addresses of settings."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/names/", views.names, name="names"),
    path("keys/", views.keys, name="keys"),
]
