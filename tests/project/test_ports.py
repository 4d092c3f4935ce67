"""What is open to whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lemonade_server.project import ports
from lemonade_server.project.environment import Environment
from tests.mailserver import free_ports

Read = Callable[..., Environment]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    def inner(**settings: str) -> Environment:
        monkeypatch.setenv("LEMONADE_DATA", str(tmp_path))
        for name in ("HOST", "WEB_HOST", "LMTP_HOST", "WEB_TLS", "PLAINTEXT_AUTH"):
            monkeypatch.delenv(f"LEMONADE_{name}", raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(f"LEMONADE_{name}", value)
        return Environment.read()

    return inner


def lines(environment: Environment) -> dict[str, str]:
    """The lines by what they are for."""
    said = ports.openness(environment)
    names = [port.purpose for port in ports.listening_ports(environment)]
    return dict(zip(names, said, strict=False))


def test_by_itself_everything_is_for_this_machine(read: Read) -> None:
    environment = read()
    assert len(lines(environment)) == 8
    assert all("127.0.0.1  this machine" in line for line in lines(environment).values())


def test_the_world_gets_mail_and_pages_but_not_lmtp(read: Read) -> None:
    said = lines(read(HOST="0.0.0.0"))
    assert "127.0.0.1  this machine" in said.pop("LMTP")
    assert all("everybody" in line for line in said.values())
    assert "no TLS: sign-in only through" in said["web"]
    assert "no password without it" in said["IMAP"]
    assert said["IMAP over TLS"].endswith("  TLS")


def test_each_port_says_what_protects_it(read: Read) -> None:
    said = lines(read(HOST="192.0.2.7", WEB_HOST="::", WEB_TLS="on", LMTP_HOST="10.0.0.1"))
    assert "who reaches 192.0.2.7" in said["submission"]
    assert "everybody" in said["web"] and said["web"].endswith("  TLS")
    assert "NO LOGIN" in said["LMTP"] and "who reaches 10.0.0.1" in said["LMTP"]
    open_ = lines(read(HOST="0.0.0.0", PLAINTEXT_AUTH="always"))
    assert all("in the clear" in open_[name] for name in ("web", "IMAP", "submission"))


def test_lmtp_can_be_off(read: Read) -> None:
    environment = read(LMTP_HOST="off")
    assert environment.lmtp_host == ""
    assert "LMTP" not in [port.purpose for port in ports.listening_ports(environment)]
    assert ports.openness(environment)[-1] == "LMTP is off (LEMONADE_LMTP_HOST)"


def test_a_port_that_cannot_be_had_is_named_with_its_own_address(read: Read) -> None:
    (port,) = free_ports(1)
    trouble = ports.trouble(read(WEB_HOST="203.0.113.9", WEB_PORT=str(port)))
    (web,) = [line for line in trouble if "(web)" in line]
    assert f"Port {port} (web) on 203.0.113.9" in web and "LEMONADE_WEB_PORT" in web
