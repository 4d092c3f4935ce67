"""Addresses of what came with a message."""

from __future__ import annotations

from django.urls import path

from . import archive

urlpatterns = [
    path("mail/<folder:name>/<int:uid>/attachments.zip", archive.archive, name="archive"),
]
