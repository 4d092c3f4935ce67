"""Addresses of lists, messages and their parts."""

from __future__ import annotations

from django.urls import path

from . import (
    actions,
    bulk,
    conversation,
    folder_pages,
    folders,
    message,
    notifications,
    orders,
    parts,
    several_folders,
)

urlpatterns = [
    path("", folders.home, name="home"),
    path("actions/<uuid:pk>/", bulk.bulk_action, name="bulk_action"),
    path("act/", several_folders.act_on_several, name="act_on_several"),
    path("inline/<str:token>", parts.inline, name="inline"),
    path("folders/", folder_pages.overview, name="folders"),
    path("mail/<folder:name>/", folders.folder, name="folder"),
    path("mail/<folder:name>/manage/", folder_pages.manage, name="manage_folder"),
    path("mail/<folder:name>/changes/", folders.changes, name="changes"),
    path("mail/<folder:name>/act/", actions.act, name="act"),
    path("mail/<folder:name>/order/", orders.choose_order, name="order"),
    path("mail/<folder:name>/<int:uid>/", message.show_message, name="letter"),
    path(
        "mail/<folder:name>/<int:uid>/conversation/",
        conversation.show_conversation,
        name="conversation",
    ),
    path("mail/<folder:name>/<int:uid>/receipt/", notifications.receipt, name="receipt"),
    path("mail/<folder:name>/<int:uid>/html/", message.html, name="html"),
    path("mail/<folder:name>/<int:uid>/words/", message.words, name="words"),
    path("mail/<folder:name>/<int:uid>/print/", message.print_page, name="print"),
    path("mail/<folder:name>/<int:uid>/source/", parts.source, name="source"),
    path(
        "mail/<folder:name>/<int:uid>/part/<str:section>/<filename:filename>",
        parts.part,
        name="part",
    ),
    path(
        "mail/<folder:name>/<int:uid>/inside/<str:section>/",
        message.inside,
        name="inside",
    ),
]
