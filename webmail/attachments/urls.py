"""Addresses of what came with a message."""

from __future__ import annotations

from django.urls import path

from . import archive, contacts, pictures, viewer

MESSAGE = "mail/<folder:name>/<int:uid>"

urlpatterns = [
    path(f"{MESSAGE}/attachments.zip", archive.archive, name="archive"),
    path(f"{MESSAGE}/picture/<str:section>/<str:size>/", pictures.picture, name="picture"),
    path(
        f"{MESSAGE}/preview/<str:section>/<filename:filename>",
        viewer.preview,
        name="preview",
    ),
    path(f"{MESSAGE}/contacts/<str:section>/", contacts.add_contacts, name="add_contacts"),
]
