"""``manage.py collectstatic``: Django's, but whole or not at all, and it mends what is broken."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lemonade_server.project.static_files import collect_static


class Command(BaseCommand):
    help = "Hash and compress the static files for the web face. `serve` does it by itself."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--noinput", "--no-input", action="store_true", help="nothing is ever asked"
        )
        parser.add_argument(
            "-c", "--clear", action="store_true", help="build them anew, changed or not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        collect_static(force=options["clear"])
