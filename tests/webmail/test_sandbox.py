"""Each layer around a message, alone, in a real browser: nothing runs, nothing calls home."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.patience import let_pass_in
from webmail.html import frame, policy, sandbox_response
from webmail.html.frame import SANDBOX

from .payloads import MORE
from .test_sanitize import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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


def visit(site: Site, count: int, *, until: Callable[[list[str]], bool] | None = None) -> list[str]:
    """Open the outer page in Chromium; what the frames managed to say.

    ``until``: it is left as soon as this is so of what was said, else when all has been loaded.
    """
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import Dialog, sync_playwright

    said: list[str] = []

    def noted(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", noted)
        page.goto(f"{site.origin}/outer", wait_until="commit" if until else "load", timeout=LONG)
        while until and not until(said):
            let_pass_in(page, 0.1)
        if not until:
            assert page.locator("iframe").count() == count
            let_pass_in(page, 1.5)
        browser.close()
    return said


def test_there_are_many_payloads() -> None:
    assert len(set(MORE)) >= 150 and not set(MORE) & set(PAYLOADS)


@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_payload_fires_in_the_frame(site: Site, scheme: str, pictures: bool) -> None:
    """As messages are shown: with all layers, in each theme, with pictures from afar or without."""
    everything = [*PAYLOADS, *MORE]
    frames = []
    for number, payload in enumerate(everything):
        html = payload.replace("evil.example", f"127.0.0.1:{site.server_port}/canary{number}")
        response = sandbox_response(
            frame(html, lambda cid: None, pictures, scheme=scheme), pictures
        )
        site.pages[f"/frame{number}"] = (response.content, dict(response.headers))
        frames.append(WITH.format(src=f"/frame{number}"))
    site.pages["/outer"] = (OUTER.format(frames="".join(frames)).encode(), {})
    assert (visit(site, len(everything)), site.canary) == ([], [])
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
def test_no_payload_fires(site: Site, layers: str, payloads: list[str]) -> None:
    frames = []
    for number, payload in enumerate(payloads):
        html = payload.replace("evil.example", f"127.0.0.1:{site.server_port}/canary{number}")
        headers = {}
        if layers in ("both", "only the sanitizer"):
            html = frame(html, lambda cid: None, remote=False).html
        if layers in ("both", "only the policy"):
            headers["Content-Security-Policy"] = policy(remote=False).replace("'self'", "")
        site.pages[f"/frame{number}"] = (html.encode(), headers)
        outer = WITH if layers == "both" else WITHOUT
        frames.append(outer.format(src=f"/frame{number}"))
    site.pages["/outer"] = (OUTER.format(frames="".join(frames)).encode(), {})
    if layers == "none":  # the payloads are alive, so the other cases prove something
        fetched = site.canary, site.pictures
        visit(site, len(payloads), until=lambda said: len(said) > 5 and sum(map(len, fetched)) > 10)
    else:
        assert (visit(site, len(payloads)), site.canary, site.pictures) == ([], [], [])


def test_inline_images_come_through_all_layers(site: Site) -> None:
    safe = frame(
        '<img src="cid:x"><p style="background:url(cid:y)">x</p>', "/inline/{}".format, False
    )
    response = sandbox_response(safe, remote=False)
    site.pages["/frame"] = (response.content, dict(response.headers))
    site.pages["/outer"] = (OUTER.format(frames=WITH.format(src="/frame")).encode(), {})
    assert visit(site, 1) == []
    assert sorted(site.images) == ["/inline/x", "/inline/y"]
