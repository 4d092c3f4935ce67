"""What a client must not get away with: size, number, password changes, endless errors."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
from typing import cast

import pytest
from django.conf import settings

from lemonade_server.auth.logins import Logins
from lemonade_server.managesieve.ext.authenticate import offered_mechanisms
from lemonade_server.managesieve.session import Service, Session
from lemonade_server.net.connection import Connection
from lemonade_server.store.db import Database
from tests.mailserver import MailServer

from .client import Client


def test_a_script_that_is_too_large_is_swallowed_and_refused(mail_server: MailServer) -> None:
    with Client(mail_server, mail_server.add_account()) as client:
        answer = client.put("big", b"# " + b"x" * 1_100_000 + b"\r\nkeep;")
        assert answer.startswith(b"NO (QUOTA/MAXSIZE)")
        assert client.say(b"LISTSCRIPTS") == b"OK\r\n"


def test_ten_thousand_rules_are_taken_and_ten_thousand_blocks_are_not(
    mail_server: MailServer,
) -> None:
    rule = b'if header :contains "subject" "a%d" { fileinto "X"; }\r\n'
    rules = b'require "fileinto";\r\n' + b"".join(rule % number for number in range(10_000))
    with Client(mail_server, mail_server.add_account()) as client:
        client.socket.settimeout(60)
        assert client.put("rules", rules) == b"OK\r\n"
        deep = client.put("deep", b"if true { " * 10_000 + b"}" * 10_000)
        assert deep.startswith(b'NO "line 1, column ')


def test_the_number_of_scripts_is_limited(mail_server: MailServer) -> None:
    with Client(mail_server, mail_server.add_account()) as client:
        for number in range(100):
            assert client.put(f"s{number}", b"keep;") == b"OK\r\n"
        assert client.put("s100", b"keep;").startswith(b"NO (QUOTA/MAXSCRIPTS)")
        assert client.say(b'HAVESPACE "s100" 5').startswith(b"NO (QUOTA/MAXSCRIPTS)")
        assert client.put("s1", b"discard;") == b"OK\r\n"


def test_a_changed_password_ends_the_session(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    with Client(mail_server, email) as client:
        assert client.say(b"LISTSCRIPTS") == b"OK\r\n"
        mail_server.call("set_password", email, "something else")
        assert client.say(b"LISTSCRIPTS").startswith(b"BYE")


def test_a_client_that_makes_only_errors_is_sent_away(mail_server: MailServer) -> None:
    with Client(mail_server, mail_server.add_account()) as client:
        answers = [client.say(b"NONSENSE") for _ in range(20)]
        answers.append(client.answer())
        assert answers[-1].startswith(b"BYE") or answers[-2].startswith(b"BYE")


def test_octets_that_are_no_commands(mail_server: MailServer) -> None:
    strange = (
        b"\xff\xfe",
        b'"',
        b'PUTSCRIPT "\xff" "keep;"',
        b'PUTSCRIPT {1+}\r\n\0 "x"',
        b'NOOP "\\x"',
        b"x" * 20_000,
    )
    with Client(mail_server, mail_server.add_account()) as client:
        for octets in strange:
            assert client.say(octets).startswith(b"NO")
        assert client.say(b"NOOP") == b'OK "Done"\r\n'


def test_before_login_little_is_kept(mail_server: MailServer) -> None:
    with Client(mail_server, "nobody", "wrong") as client:
        assert client.welcome.startswith(b"NO")
        response = base64.b64encode(b"x" * 20_000)
        answer = client.say(b'AUTHENTICATE "PLAIN" {%d+}\r\n%b' % (len(response), response))
        assert answer.startswith(b"NO")


def test_the_submission_service_has_no_filters(mail_server: MailServer) -> None:
    with Client(mail_server, mail_server.add_account("service", role="submit")) as client:
        assert client.welcome == b'NO "The name or the password is wrong"\r\n'


class Line(Connection):
    """A connection to nowhere, of a client on this machine."""

    @property
    def is_loopback(self) -> bool:
        return True


async def _offered(is_tls: bool) -> list[str]:
    service = Service(cast(Database, None), cast(Logins, None), None)
    return offered_mechanisms(Session(Line(is_tls), service))


@pytest.mark.parametrize(
    ("setting", "is_tls", "some"),
    [("never", False, False), ("never", True, True), ("loopback", False, True)],
)
def test_a_password_needs_tls_where_the_setting_says_so(
    monkeypatch: pytest.MonkeyPatch, setting: str, is_tls: bool, some: bool
) -> None:
    changed = dataclasses.replace(settings.LEMONADE, plaintext_auth=setting)
    monkeypatch.setattr(settings, "LEMONADE", changed)
    names = ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "OAUTHBEARER"]
    assert asyncio.run(_offered(is_tls)) == (names if some else [])
