"""Find out before anything starts whether the ports are free, and say which is not."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from .environment import Environment


@dataclass(frozen=True, slots=True)
class Port:
    """A port we listen on: what for, its number and the setting that moves it."""

    purpose: str
    number: int
    setting: str


def served(environment: Environment) -> list[Port]:
    """The ports that ``serve`` listens on."""
    return [
        Port("web", environment.web_port, "LEMONADE_WEB_PORT"),
        Port("IMAP", environment.imap_port, "LEMONADE_IMAP_PORT"),
        Port("IMAP over TLS", environment.imaps_port, "LEMONADE_IMAPS_PORT"),
        Port("submission", environment.submission_port, "LEMONADE_SUBMISSION_PORT"),
        Port("submission over TLS", environment.submissions_port, "LEMONADE_SUBMISSIONS_PORT"),
        Port("SMTP", environment.smtp_port, "LEMONADE_SMTP_PORT"),
        Port("LMTP", environment.lmtp_port, "LEMONADE_LMTP_PORT"),
        Port("ManageSieve", environment.sieve_port, "LEMONADE_SIEVE_PORT"),
    ]


def trouble(environment: Environment) -> list[str]:
    """One sentence for each port that can't be had; empty when all can."""
    sentences = []
    for port in served(environment):
        family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((environment.host, port.number))
            except OSError as error:
                sentences.append(
                    f"Port {port.number} ({port.purpose}) on {environment.host} can't be used: "
                    f"{error.strerror}. Stop what uses it or set {port.setting}."
                )
    return sentences
