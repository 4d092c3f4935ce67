"""The Django application of the webmail."""

from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy


class WebmailConfig(AppConfig):
    name = "webmail"
    verbose_name = gettext_lazy("Webmail")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .pages.converters import FilenameConverter, FolderConverter

        register_converter(FolderConverter, "folder")
        register_converter(FilenameConverter, "filename")
