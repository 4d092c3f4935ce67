"""Puts our admin site in the place of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class MailAdminConfig(AdminConfig):
    """Django's admin with our front page; still finds the ``admin`` module of each app."""

    default_site = "lemonade_server.project.admin_site.MailAdminSite"
