"""Addresses of signing in and out."""

from __future__ import annotations

from django.urls import path

from . import sign_in

urlpatterns = [
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
]
