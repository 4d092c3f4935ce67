"""The mail server dies under the webmail: pages say so in words, and all goes on by itself."""

from __future__ import annotations

import html
import http.cookiejar
import os
import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from .system import System
from .wire import until

pytestmark = pytest.mark.slow


class Visitor:
    """A browser without JavaScript, as far as these tests need one."""

    def __init__(self, system: System, name: str) -> None:
        self._url = system.url
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        form = self.form("/login/") | {"username": name, "password": "lemonade"}
        assert self.post("/login/", form)[0] == 200

    def get(self, path: str) -> tuple[int, str]:
        """Status and page. It must come in time, whatever happened."""
        return self._open(urllib.request.Request(self._url + path))

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.get(path)[1])
        return {name: html.unescape(value) for name, value in found}

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        data = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(self._url + path, data))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def kill_mail_server(system: System) -> None:
    """kill -9 of all children that listen on the IMAP port."""
    assert system.supervisor is not None
    parent = system.supervisor.pid
    listening = f":{system.ports['imap']:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table]
    inodes = [row[9] for row in rows if row[1].endswith(listening) and row[3] == "0A"]
    sockets = {f"socket:[{inode}]" for inode in inodes}
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
    listeners = [child for child in children if sockets & links(child)]
    assert listeners
    for pid in listeners:
        os.kill(int(pid), signal.SIGKILL)


def links(pid: str) -> set[str]:
    """What the open files of a process are."""
    return {os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()}


def test_the_mail_server_dies_while_somebody_reads(system: System) -> None:
    bob = Visitor(system, "bob")
    assert bob.get("/mail/INBOX/")[0] == 200
    for _ in range(2):
        kill_mail_server(system)
        deadline = time.monotonic() + 60
        while (found := bob.get("/mail/INBOX/"))[0] != 200:
            assert found[0] == 503, found
            assert "mail server" in found[1]
            assert time.monotonic() < deadline
            time.sleep(0.1)
        until(lambda: system.health()[0] == 200, "everything is up", 60)


def test_a_message_sent_while_it_is_away_is_kept_or_refused_in_words(system: System) -> None:
    bob = Visitor(system, "bob")
    subject = f"through thick and thin {time.time()}"
    fields = bob.form("/write/") | {"to": "alice@lemonade.test", "subject": subject}
    fields |= {"text": "hello", "do": "send"}
    kill_mail_server(system)
    status, page = bob.post("/write/", fields)
    if status == 503:
        assert "mail server" in page
        assert "What you wrote is kept" in page
        # The form, with what is to be done.
        until(lambda: bob.get("/write/")[0] == 400, "the mail server is up", 60)
        assert subject in bob.get("/write/")[1]
        status, page = bob.post("/write/", fields)
    assert status == 200, page
    alice = Visitor(system, "alice")
    until(lambda: subject in alice.get("/mail/INBOX/")[1], "it has arrived", 60)
