"""Addresses of mail in and out."""

from __future__ import annotations

from django.urls import path

from . import export_views, import_views

urlpatterns = [
    path("transfer/", import_views.transfer, name="transfer"),
    path("transfer/export/", export_views.export_mail, name="export"),
    path("transfer/import/", import_views.begin_import, name="begin_import"),
    path("transfer/<uuid:pk>/", import_views.transfer_state, name="transfer_state"),
    path("transfer/<uuid:pk>/piece/", import_views.piece, name="import_piece"),
]
