"""Addresses of the pages on folders."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("folders/", views.overview, name="folders"),
    path("mail/<folder:name>/manage/", views.manage, name="manage_folder"),
]
