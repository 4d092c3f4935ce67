"""A filter that speaks HTTP as rspamd does, and says what a test wants it to."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One question."""

    path: str
    headers: Message
    body: bytes


@dataclass
class Filter:
    """``answer`` is what it says: JSON, octets as they are, or None to hang up.

    ``dripping``: it sends the answer's first octet and never the rest.
    """

    answer: dict[str, Any] | bytes | None = None
    status: int = 200
    dripping: bool = False
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)

    def start(self) -> str:
        """Its URL."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                outer.asked.append(Asked(self.path, self.headers, self.rfile.read(size)))
                if outer.answer is None:
                    return
                octets = outer.answer
                if isinstance(octets, dict):
                    octets = json.dumps(octets).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                if outer.dripping:
                    self.wfile.write(octets[:1])
                    self.wfile.flush()
                    outer.released.wait(60)
                    return
                self.wfile.write(octets)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
