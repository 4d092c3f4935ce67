"""Addresses of the people with whom one shares."""

from __future__ import annotations

from django.urls import path

from . import sharing

urlpatterns = [
    path("mail/<folder:name>/share/", sharing.share, name="share"),
]
