"""The webmail as a browser loads it: a page, then what it names, over six connections."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from queue import SimpleQueue

from .far_server import FarServer, Job
from .host import PASSWORD, START_SECONDS
from .server import Server

CONNECTIONS = 6
"""What a browser opens to one host."""

NAMED = re.compile(rb'(?:href|src)="?(/static/[^"\s>#]+)')
TOKEN = re.compile(r'name="?csrfmiddlewaretoken"? value="?(\w+)')


class WebServer(Server):
    """Everything, with the webmail."""

    command = "serve"

    def _await_greeting(self) -> None:
        super()._await_greeting()
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://{self.host}:{self.web_port}/livez"):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError("the webmail did not start") from None
                time.sleep(0.05)


def cookies(server: Server, name: str) -> str:
    """Those of a browser that has signed in."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    url = f"http://{server.host}:{server.web_port}/login/"
    with browser.open(url) as page:
        found = TOKEN.search(page.read().decode())
    assert found, "a page to sign in"
    fields = {
        "csrfmiddlewaretoken": found[1],
        "username": server.address(name),
        "password": PASSWORD,
    }
    browser.open(url, urllib.parse.urlencode(fields).encode()).close()
    return "; ".join(f"{each.name}={each.value}" for each in jar)


class Browser:
    """Connections that are kept, each opened when it is needed."""

    def __init__(self, far: FarServer, cookie: str) -> None:
        self._headers = {"Cookie": cookie, "Accept-Encoding": "gzip, br"}
        port = far.port(far.server.web_port)
        self._free: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()
        for _ in range(CONNECTIONS):
            self._free.put(http.client.HTTPConnection(far.host, port))

    def get(self, path: str) -> bytes:
        """What a browser would be given. Raises AssertionError unless it is there."""
        connection = self._free.get()
        connection.request("GET", path, headers=self._headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status)
        self._free.put(connection)
        return body

    def close(self) -> None:
        while not self._free.empty():
            self._free.get().close()


def page(far: FarServer, name: str, cached: bool) -> Job:
    """The list of messages, by one who is signed in. ``cached``: styles and scripts are there."""
    cookie = cookies(far.server, name)
    url = f"http://{far.host}:{far.server.web_port}/mail/INBOX/"
    request = urllib.request.Request(url, headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer:  # the same page, by no link
        named = sorted({each.decode() for each in NAMED.findall(answer.read())})
    assert named, "a page names styles and scripts"

    def job() -> None:
        browser = Browser(far, cookie)
        browser.get("/mail/INBOX/")
        if not cached:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                list(pool.map(browser.get, named))
        browser.close()

    return job
