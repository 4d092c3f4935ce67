"""Addresses of invitations."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("mail/<folder:name>/<int:uid>/invitation/", views.answer, name="answer_invitation"),
]
