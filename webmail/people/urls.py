"""Addresses of what is about people."""

from __future__ import annotations

from django.urls import path

from . import contact_import, contact_pages, identity_pages, photos, sharing, suggestions

urlpatterns = [
    path("mail/<folder:name>/share/", sharing.share, name="share"),
    path("settings/identities/", identity_pages.identity, name="identity"),
    path("people/suggestions/", suggestions.suggestions, name="suggestions"),
    path("people/", contact_pages.people, name="people"),
    path("people/new/", contact_pages.new_contact, name="new_contact"),
    path("people/change/", contact_pages.change_contacts, name="change_contacts"),
    path("people/restore/", contact_pages.restore_contacts, name="restore_contacts"),
    path("people/doubles/", contact_pages.doubles, name="doubles"),
    path("people/export/", contact_pages.export, name="export_contacts"),
    path("people/import/", contact_import.import_contacts, name="import_contacts"),
    path("people/written-to/", contact_pages.written_to, name="written_to"),
    path("people/contacts/<str:name>/", contact_pages.contact, name="contact"),
    path("people/contacts/<str:name>/edit/", contact_pages.edit_contact, name="edit_contact"),
    path("people/contacts/<str:name>/photo/", photos.photo, name="photo"),
]
