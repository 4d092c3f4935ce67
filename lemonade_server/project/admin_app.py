"""Puts our admin site in the place of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig

from .memory import keep_what_is_loaded


class MailAdminConfig(AdminConfig):
    """Django's admin with our front page; still finds the ``admin`` module of each app."""

    default_site = "lemonade_server.project.admin_site.MailAdminSite"

    def ready(self) -> None:
        super().ready()
        keep_what_is_loaded()  # hardly a module is left to load
