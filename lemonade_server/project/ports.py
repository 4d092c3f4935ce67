"""The ports that are listened on: whether they are free, and what is open to whom."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

from .environment import Environment

EVERY = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Port:
    """A port we listen on: what for, where, the setting that moves it, what protects it."""

    purpose: str
    host: str
    number: int
    setting: str
    protection: str

    @property
    def visitors(self) -> str:
        """Who can reach it, if no firewall stands before it."""
        if is_loopback(self.host):
            return "this machine"
        return "everybody" if self.host in EVERY else f"who reaches {self.host}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listening_ports(environment: Environment) -> list[Port]:
    """The ports that ``serve`` listens on."""

    def port(purpose: str, name: str, protection: Callable[[Environment], str]) -> Port:
        hosts = {"web": environment.web_host, "lmtp": environment.lmtp_host}
        number: int = getattr(environment, f"{name}_port")
        setting = f"LEMONADE_{name.upper()}_PORT"
        host = hosts.get(name, environment.host)
        return Port(purpose, host, number, setting, protection(environment))

    ports = [
        port("web", "web", _of_web),
        port("IMAP", "imap", _of_logins),
        port("IMAP over TLS", "imaps", _of_tls),
        port("submission", "submission", _of_logins),
        port("submission over TLS", "submissions", _of_tls),
        port("SMTP", "smtp", _of_smtp),
        port("LMTP", "lmtp", _of_lmtp),
        port("ManageSieve", "sieve", _of_logins),
    ]
    return [each for each in ports if each.host]


def _of_web(environment: Environment) -> str:
    if environment.web_tls:
        return "TLS"
    if environment.plaintext_auth == "always":
        return "no TLS, passwords in the clear (LEMONADE_PLAINTEXT_AUTH=always)"
    if is_loopback(environment.web_host) and environment.plaintext_auth == "loopback":
        return "no TLS"
    return "no TLS: sign-in only through a proxy with TLS here, or set LEMONADE_WEB_TLS=on"


def _of_logins(environment: Environment) -> str:
    if environment.plaintext_auth == "always":
        return "STARTTLS, passwords also in the clear (LEMONADE_PLAINTEXT_AUTH=always)"
    if is_loopback(environment.host) and environment.plaintext_auth == "loopback":
        return "STARTTLS, passwords also without it"
    return "STARTTLS, no password without it"


def _of_tls(environment: Environment) -> str:
    return "TLS"


def _of_smtp(environment: Environment) -> str:
    return "STARTTLS, no login: mail for our addresses, judged"


def _of_lmtp(environment: Environment) -> str:
    if is_loopback(environment.lmtp_host):
        return "no login: mail for our addresses, not judged"
    return "NO LOGIN: whoever gets there delivers mail that nobody judges; keep others out"


def openness(environment: Environment) -> list[str]:
    """One line a port: its number, what for, the address, who may come, what protects it."""
    rows = [
        (str(port.number), port.purpose, port.host, port.visitors, port.protection)
        for port in listening_ports(environment)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return [*lines, *([] if environment.lmtp_host else ["LMTP is off (LEMONADE_LMTP_HOST)"])]


def trouble(environment: Environment) -> list[str]:
    """One sentence for each port that can't be had; empty when all can."""
    sentences = []
    for port in listening_ports(environment):
        family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((port.host, port.number))
            except OSError as error:
                sentences.append(
                    f"Port {port.number} ({port.purpose}) on {port.host} can't be used: "
                    f"{error.strerror}. Stop what uses it or set {port.setting}."
                )
    return sentences
