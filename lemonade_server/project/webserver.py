"""The web server of one process: uvicorn with our TLS and our limit on connections."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lemonade_server.net.certificate import Certificate, Watch
from lemonade_server.net.limits import connections

from .environment import Environment
from .files import raise_file_limit

FIRST_REQUEST = 30.0
"""Seconds in which a new connection must have said something."""
PROXIES = "127.0.0.0/8,::1"
"""Who is believed when it says for whom it asks, and whether that came by TLS."""
SPARE = 32
"""Connections beyond the limit that are still heard, to be answered 503."""
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 37\r\n\r\n"
    b"Too many connections: try again soon\n"
)


class BoundedHttp(HttpToolsProtocol):
    """Ends connections that are too many, or say nothing: each is an open file.

    uvicorn itself answers 503 to a request that is one too many, but keeps who asks for nothing.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        limit = self.limit_concurrency
        if limit is not None and len(self.connections) > limit + SPARE:
            transport.write(FULL)
            transport.close()
            return
        self.timeout_keep_alive_task = self.loop.call_later(
            FIRST_REQUEST, self.timeout_keep_alive_handler
        )


def serve_web(environment: Environment, certificate: Certificate) -> None:
    """Serve the web face until SIGTERM; SIGHUP loads the certificate. Raises TooFewFiles."""
    limit = connections(raise_file_limit()) // 2  # each page that lives holds one to IMAP, too
    options: dict[str, Any] = {}
    if environment.web_tls:
        watch = Watch(certificate)
        watch.start()
        signal.signal(signal.SIGHUP, watch.look)
        options["ssl_context_factory"] = lambda *_: certificate.context
    uvicorn.run(
        "lemonade_server.project.asgi:application",
        host=environment.web_host,
        port=environment.web_port,
        loop="uvloop",
        http=BoundedHttp,
        ws="websockets-sansio",
        ws_max_size=16_384,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", PROXIES),
        limit_concurrency=limit,
        timeout_graceful_shutdown=3,
        **options,
    )
