"""``manage.py mail``: the mail server alone."""

from __future__ import annotations

import asyncio
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import CommandError

from lemonade_server.management.certificate import find_certificate
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.project.environment import Environment
from lemonade_server.project.mail import run_mail
from lemonade_server.project.process_title import name_process


class Command(StoreCommand):
    help = (
        "Serve IMAP, submission, SMTP, LMTP and ManageSieve in this process, without web and "
        "worker, until Ctrl-C or SIGTERM. Several may run at once: they share the ports."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        env: Environment = settings.LEMONADE
        certificate = find_certificate(env)
        name_process("mail")
        lmtp = f"LMTP on {env.lmtp_host}:{env.lmtp_port}" if env.lmtp_host else "LMTP off"

        def ready() -> None:
            self.stdout.write(
                f"IMAP on {env.host}:{env.imap_port} (TLS {env.imaps_port}), submission on "
                f"{env.host}:{env.submission_port} (TLS {env.submissions_port}), "
                f"SMTP on {env.host}:{env.smtp_port}, {lmtp}, "
                f"ManageSieve on {env.host}:{env.sieve_port}"
            )
            self.stdout.flush()

        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(run_mail(env, certificate, ready))
        except OSError as error:
            raise CommandError(f"The mail server can't start: {error}") from error
