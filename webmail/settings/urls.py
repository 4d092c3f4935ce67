"""Addresses of settings."""

from __future__ import annotations

from django.urls import path

from . import storage, views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/names/", views.names, name="names"),
    path("settings/storage/", storage.storage, name="storage"),
    path("keys/", views.keys, name="keys"),
]
