"""Addresses of CardDAV."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path(".well-known/carddav", views.well_known),
    path("dav/", views.resource, name="dav"),
    path("dav/<path:path>", views.resource),
]
