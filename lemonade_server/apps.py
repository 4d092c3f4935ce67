"""The Django application that holds the mail store's tables and its admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class LemonadeServerConfig(AppConfig):
    name = "lemonade_server"
    verbose_name = gettext_lazy("Mail server")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .auth import revocation  # the models are there only now

        revocation.connect()
