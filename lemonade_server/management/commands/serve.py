"""``manage.py serve [--demo]``: the whole system under one supervisor."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

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
        if demo and not is_loopback(environment.host):
            raise CommandError(
                f"--demo has well-known passwords, so it listens on a loopback address only, and "
                f"LEMONADE_HOST is {environment.host}. Leave out --demo, or set "
                f"LEMONADE_HOST=127.0.0.1."
            )
        if sentences := ports.trouble(environment):
            raise CommandError("\n".join(sentences))
        prepared = start_preparing(demo)
        # Imported only now, while the child prepares; it must not pay for what others need.
        from lemonade_server.project.processes import children, preload
        from lemonade_server.project.supervisor import Supervisor

        if not prepared():
            raise CommandError("The data folder could not be prepared; the reason stands above.")
        self.stdout.write(welcome(environment, demo))
        self.stdout.flush()
        preload()
        sys.exit(Supervisor(children()).run())


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def welcome(environment: Environment, demo: bool) -> str:
    """Where to go and how to log in."""
    everywhere = environment.host in ("0.0.0.0", "::")  # which no browser should be sent to
    host = environment.hostname if everywhere else environment.host
    shown = f"[{host}]" if ":" in host else host
    lines = [
        "",
        f"  Lemonade is starting on {environment.host}, data in {environment.data}",
        "",
        f"  Webmail     http://{shown}:{environment.web_port}/",
        f"  Admin       http://{shown}:{environment.web_port}/admin/",
        f"  IMAP        {environment.imap_port} (STARTTLS), {environment.imaps_port} (TLS)",
        f"  Submission  {environment.submission_port} (STARTTLS), "
        f"{environment.submissions_port} (TLS)",
        f"  Incoming    {environment.smtp_port} (SMTP), {environment.lmtp_port} (LMTP)",
        f"  Filters     {environment.sieve_port} (ManageSieve)",
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
