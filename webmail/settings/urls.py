"""Addresses of settings."""

from __future__ import annotations

from django.urls import path

from . import security, storage, views

urlpatterns = [
    path("settings/", views.preferences, name="preferences"),
    path("settings/names/", views.names, name="names"),
    path("settings/storage/", storage.storage, name="storage"),
    path("settings/security/", security.security, name="security"),
    path("settings/security/password/", security.change_password, name="change_password"),
    path("settings/security/apps/", security.issue_app_password, name="issue_app_password"),
    path(
        "settings/security/apps/revoke/", security.revoke_app_password, name="revoke_app_password"
    ),
    path("keys/", views.keys, name="keys"),
]
