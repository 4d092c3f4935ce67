"""``manage.py serve [--demo]``: the whole system under one supervisor."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lemonade_server.management.certificate import find_certificate
from lemonade_server.project import ports
from lemonade_server.project.environment import Environment
from lemonade_server.project.prepare import start_preparing


class Command(BaseCommand):
    help = (
        "Start web, mail server, Celery worker and scheduler. Ctrl-C or SIGTERM stops them in "
        "order. Addresses, ports and the data folder are LEMONADE_… variables (see the README)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="add the accounts alice, bob and admin (password lemonade) with demo mail; "
            "only on a loopback address",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        environment: Environment = settings.LEMONADE
        demo: bool = options["demo"]
        if demo and (outside := _open_to_others(environment)):
            raise CommandError(
                f"--demo has well-known passwords, so it listens on a loopback address only, and "
                f"{outside}. Leave out --demo, or set LEMONADE_HOST=127.0.0.1."
            )
        if sentences := ports.trouble(environment):
            raise CommandError("\n".join(sentences))
        certificate = find_certificate(environment)
        prepared = start_preparing(demo)
        # Imported only now, while the child prepares; it must not pay for what others need.
        from lemonade_server.project.processes import children, preload
        from lemonade_server.project.supervisor import Supervisor

        if not prepared():
            raise CommandError("The data folder could not be prepared; the reason stands above.")
        self.stdout.write(welcome(environment, demo))
        self.stdout.flush()
        preload()
        sys.exit(Supervisor(children(certificate), certificate.reload).run())


def _open_to_others(environment: Environment) -> str:
    """The settings that open a port to other machines; empty when none does."""
    hosts = {
        "LEMONADE_HOST": environment.host,
        "LEMONADE_WEB_HOST": environment.web_host,
        "LEMONADE_LMTP_HOST": environment.lmtp_host,
    }
    wide = {name: host for name, host in hosts.items() if host and not ports.is_loopback(host)}
    return " and ".join(f"{name} is {host}" for name, host in wide.items())


def welcome(environment: Environment, demo: bool) -> str:
    """Where to go, how to log in, and what is open to whom."""
    everywhere = environment.web_host in ports.EVERY  # which no browser should be sent to
    host = environment.hostname if everywhere else environment.web_host
    in_url = f"[{host}]" if ":" in host else host
    web = f"{'https' if environment.web_tls else 'http'}://{in_url}:{environment.web_port}/"
    lines = [
        "",
        f"  Lemonade is starting, data in {environment.data}",
        "",
        f"  Webmail  {web}",
        f"  Admin    {web}admin/",
        "",
        "  Open to whom:",
        *(f"    {line}" for line in ports.openness(environment)),
        "",
    ]
    if demo:
        domain = environment.domain
        lines += [
            f"  Log in as alice@{domain} or bob@{domain}; the admin is admin@{domain}.",
            "  The password is lemonade for each.",
            "",
        ]
    lines.append("  Ctrl-C stops everything.\n")
    return "\n".join(lines)
