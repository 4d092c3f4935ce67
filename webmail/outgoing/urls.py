"""Addresses of messages on their way."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("sending/<str:receipt_id>/", views.status, name="sending"),
    path("sending/<str:receipt_id>/retry/", views.retry, name="retry"),
    path("sending/<str:receipt_id>/take-back/", views.take_back, name="take_back"),
    path("sending/<str:receipt_id>/cancel/", views.cancel, name="cancel"),
    path("outbox/", views.on_its_way, name="outbox"),
    path("way/", views.way, name="way"),
]
