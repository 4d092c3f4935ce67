"""Addresses of the form to write in."""

from __future__ import annotations

from django.urls import path

from . import autosave, compose, forwards, picker, sender, template_pages, tus, unsent

urlpatterns = [
    path("write/", compose.write, name="compose"),
    path("write/pick/", picker.pick, name="pick"),
    path("write/upload/", tus.begin, name="uploads"),
    path("write/upload/<uuid:pk>/", tus.upload, name="upload"),
    path("write/autosave/", autosave.autosave, name="autosave"),
    path("write/sender/", sender.sender, name="sender"),
    path("write/template/", template_pages.fill_template, name="fill_template"),
    path("write/template/new/", template_pages.keep_template, name="keep_template"),
    path("settings/templates/", template_pages.templates, name="templates"),
    path("unsent/", unsent.unsent, name="unsent"),
    path("mail/<folder:name>/forward/", forwards.forward_several, name="forward_several"),
    path("mail/<folder:name>/<int:uid>/edit/", compose.draft, name="draft"),
    path("mail/<folder:name>/<int:uid>/reply/", compose.reply, name="reply"),
    path("mail/<folder:name>/<int:uid>/reply-all/", compose.reply_all, name="reply_all"),
    path("mail/<folder:name>/<int:uid>/forward/", compose.forward, name="forward"),
]
