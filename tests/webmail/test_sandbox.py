"""Each layer around a message, alone, in a real browser: nothing runs, nothing calls home."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog

from tests.chromium import running_chromium
from tests.patience import let_pass_in
from webmail.html import frame, policy, sandbox_response
from webmail.html.frame import SANDBOX

from .payloads import MORE
from .test_sanitize import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OUTER = "<!DOCTYPE html><title>page</title>{frames}"
WITH = f'<iframe sandbox="{SANDBOX}" src="{{src}}"></iframe>'
LONG = 120_000  # ms: there are hundreds of frames
WITHOUT = '<iframe src="{src}"></iframe>'


class Site(ThreadingHTTPServer):
    """Serves the frames and notes every other request: a canary."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.canary: list[str] = []
        self.pictures: list[str] = []  # asked for as such, from elsewhere
        self.images: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        if self.path.startswith("/inline/"):
            self.server.images.append(self.path)
        elif self.path not in self.server.pages and self.path != "/favicon.ico":
            as_picture = self.headers["Sec-Fetch-Dest"] == "image"
            (self.server.pictures if as_picture else self.server.canary).append(self.path)
        body, headers = self.server.pages.get(self.path, (b"", {}))
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


# Of this module, no longer: other tests run event loops of their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as chromium:
        yield chromium


Answer = tuple[bytes, dict[str, str]]


def offer(site: Site, answers: list[Answer], element: str) -> int:
    """Serve an outer page with a frame for each answer; how many that are.

    Many payloads leave the same octets behind: what they do is seen once.
    """
    different = [answer for at, answer in enumerate(answers) if answer not in answers[:at]]
    site.pages.update({f"/frame{number}": answer for number, answer in enumerate(different)})
    frames = "".join(element.format(src=f"/frame{number}") for number in range(len(different)))
    site.pages["/outer"] = (OUTER.format(frames=frames).encode(), {})
    return len(different)


def visit(
    browser: Browser, site: Site, count: int, *, until: Callable[[list[str]], bool] | None = None
) -> list[str]:
    """Open the outer page in a window of its own; what the frames managed to say.

    ``until``: it is left as soon as this is so of what was said, else when all has been loaded.
    """
    said: list[str] = []

    def noted(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.on("dialog", noted)
        page.goto(f"{site.origin}/outer", wait_until="commit" if until else "load", timeout=LONG)
        while until and not until(said):
            let_pass_in(page, 0.1)
        if not until:
            assert page.locator("iframe").count() == count
            let_pass_in(page, 1.5)
    return said


def test_there_are_many_payloads() -> None:
    assert len(set(MORE)) >= 150 and not set(MORE) & set(PAYLOADS)


@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_payload_fires_in_the_frame(
    browser: Browser, site: Site, scheme: str, pictures: bool
) -> None:
    """As messages are shown: with all layers, in each theme, with pictures from afar or without."""
    answers = []
    for number, payload in enumerate([*PAYLOADS, *MORE]):
        html = payload.replace("evil.example", f"127.0.0.1:{site.server_port}/canary{number}")
        response = sandbox_response(
            frame(html, lambda cid: None, pictures, scheme=scheme), pictures
        )
        answers.append((response.content, dict(response.headers)))
    count = offer(site, answers, WITH)
    assert count > 40
    assert (visit(browser, site, count), site.canary) == ([], [])
    assert bool(site.pictures) is pictures


@pytest.mark.parametrize(
    ("layers", "payloads"),
    [
        ("both", PAYLOADS),
        ("only the policy", [*PAYLOADS, *MORE]),
        ("only the sanitizer", [*PAYLOADS, *MORE]),
        ("none", PAYLOADS),
    ],
)
def test_no_payload_fires(browser: Browser, site: Site, layers: str, payloads: list[str]) -> None:
    answers = []
    for number, payload in enumerate(payloads):
        html = payload.replace("evil.example", f"127.0.0.1:{site.server_port}/canary{number}")
        headers = {}
        if layers in ("both", "only the sanitizer"):
            html = frame(html, lambda cid: None, remote=False).html
        if layers in ("both", "only the policy"):
            headers["Content-Security-Policy"] = policy(remote=False).replace("'self'", "")
        answers.append((html.encode(), headers))
    count = offer(site, answers, WITH if layers == "both" else WITHOUT)
    if layers == "none":  # the payloads are alive, so the other cases prove something
        fetched = site.canary, site.pictures
        visit(
            browser, site, count,
            until=lambda said: len(said) > 5 and sum(map(len, fetched)) > 10,
        )  # fmt: skip
    else:
        assert (visit(browser, site, count), site.canary, site.pictures) == ([], [], [])


def test_inline_images_come_through_all_layers(browser: Browser, site: Site) -> None:
    safe = frame(
        '<img src="cid:x"><p style="background:url(cid:y)">x</p>', "/inline/{}".format, False
    )
    response = sandbox_response(safe, remote=False)
    count = offer(site, [(response.content, dict(response.headers))], WITH)
    assert visit(browser, site, count) == []
    assert sorted(site.images) == ["/inline/x", "/inline/y"]
