"""The Django application of the webmail."""

from django.apps import AppConfig


class WebmailConfig(AppConfig):
    name = "webmail"
    verbose_name = "Webmail"
    default_auto_field = "django.db.models.BigAutoField"
