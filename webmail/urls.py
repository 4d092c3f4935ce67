"""The webmail's addresses. They are real: each can be reloaded, shared and opened in a new tab."""

from __future__ import annotations

from django.urls import path, register_converter

from .views import (
    compose,
    filters,
    folders,
    letter,
    messages,
    parts,
    preferences,
    previews,
    receipts,
    sending,
    session,
    share,
    unsent,
)
from .views.addresses import FilenameConverter, FolderConverter

register_converter(FolderConverter, "folder")
register_converter(FilenameConverter, "filename")

app_name = "webmail"
urlpatterns = [
    path("", folders.home, name="home"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("settings/", preferences.preferences, name="preferences"),
    path("settings/names/", preferences.names, name="names"),
    path("filters/", filters.filters, name="filters"),
    path("filters/rule/", filters.rule, name="filter_rule"),
    path("filters/away/", filters.away, name="filter_away"),
    path("filters/script/", filters.script, name="filter_script"),
    path("keys/", preferences.keys, name="keys"),
    path("write/", compose.write, name="compose"),
    path("sending/<str:receipt_id>/", sending.status, name="sending"),
    path("sending/<str:receipt_id>/retry/", sending.retry, name="retry"),
    path("sending/<str:receipt_id>/take-back/", sending.take_back, name="take_back"),
    path("sending/<str:receipt_id>/cancel/", sending.cancel, name="cancel"),
    path("outbox/", sending.on_its_way, name="outbox"),
    path("unsent/", unsent.unsent, name="unsent"),
    path("way/", sending.way, name="way"),
    path("inline/<str:token>", parts.inline, name="inline"),
    path("mail/<folder:name>/", folders.folder, name="folder"),
    path("mail/<folder:name>/changes/", folders.changes, name="changes"),
    path("mail/<folder:name>/share/", share.share, name="share"),
    path("mail/<folder:name>/act/", messages.act, name="act"),
    path("mail/<folder:name>/<int:uid>/", letter.letter, name="letter"),
    path("mail/<folder:name>/<int:uid>/receipt/", receipts.receipt, name="receipt"),
    path("mail/<folder:name>/<int:uid>/html/", letter.html, name="html"),
    path("mail/<folder:name>/<int:uid>/words/", letter.words, name="words"),
    path("mail/<folder:name>/<int:uid>/print/", letter.print_page, name="print"),
    path("mail/<folder:name>/<int:uid>/source/", parts.source, name="source"),
    path("mail/<folder:name>/<int:uid>/edit/", compose.draft, name="draft"),
    path("mail/<folder:name>/<int:uid>/reply/", compose.reply, name="reply"),
    path("mail/<folder:name>/<int:uid>/reply-all/", compose.reply_all, name="reply_all"),
    path("mail/<folder:name>/<int:uid>/forward/", compose.forward, name="forward"),
    path(
        "mail/<folder:name>/<int:uid>/part/<str:section>/<filename:filename>",
        parts.part,
        name="part",
    ),
    path(
        "mail/<folder:name>/<int:uid>/inside/<str:section>/",
        letter.inside,
        name="inside",
    ),
    path(
        "mail/<folder:name>/<int:uid>/picture/<str:section>/<str:size>/",
        previews.picture,
        name="picture",
    ),
    path(
        "mail/<folder:name>/<int:uid>/preview/<str:section>/<filename:filename>",
        previews.preview,
        name="preview",
    ),
]
