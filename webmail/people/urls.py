"""Addresses of what is about people."""

from __future__ import annotations

from django.urls import path

from . import identity_pages, photos, sharing, suggestions

urlpatterns = [
    path("mail/<folder:name>/share/", sharing.share, name="share"),
    path("settings/identities/", identity_pages.identity, name="identity"),
    path("people/suggestions/", suggestions.suggestions, name="suggestions"),
    path("people/contacts/<str:name>/photo/", photos.photo, name="photo"),
]
