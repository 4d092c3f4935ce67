"""A small object store that speaks S3, and can fall ill: what a bucket of `obstore` needs."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

WELL, HANGS, TRICKLES, RESETS, REFUSES = "well", "hangs", "trickles", "resets", "refuses"

NO_LINGER = struct.pack("ii", 1, 0)


class ObjectStore(ThreadingHTTPServer):
    """On a free port of loopback. ``state``: how it answers from now on."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.met = threading.Event()
        self._state = WELL
        self._over = threading.Event()

    @property
    def state(self) -> str:
        return self._state

    def become(self, state: str) -> None:
        """Who waits for an answer from before gets none: the connection is closed."""
        self._state = state
        self._over.set()
        self._over = threading.Event()
        self.met.clear()

    @property
    def variables(self) -> dict[str, str]:
        """What a process needs to know to use it, beside the URL of the bucket."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server_address[1]}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients of ours go away in the middle: that is what is tested."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ObjectStore

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _begin(self) -> bool:
        """Whether the request is to be answered."""
        over, state = self.server._over, self.server.state
        if state == WELL:
            return True
        self.server.met.set()
        self.close_connection = True
        if state == HANGS:
            over.wait(60)
        elif state == TRICKLES:
            for octet in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1200:
                self.wfile.write(bytes((octet,)))
                if over.wait(0.05):
                    break
        elif state == RESETS:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.connection.close()
        elif state == REFUSES:
            self._reply(503)
        return False

    def _reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/")

    @property
    def _query(self) -> dict[str, str]:
        found = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[0] for name, values in found.items()}

    def do_PUT(self) -> None:
        octets = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._begin():
            return
        query = self._query
        if "uploadId" in query:
            self.server.parts[query["uploadId"]][int(query["partNumber"])] = octets
        else:
            self.server.objects[self._key] = octets
        self._reply(200, ETag='"x"')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._begin():
            return
        query = self._query
        if "uploads" in query:
            name = f"u{len(self.server.parts)}"
            self.server.parts[name] = {}
            text = f"<UploadId>{name}</UploadId>"
            tag = "InitiateMultipartUploadResult"
        else:
            parts = self.server.parts[query["uploadId"]]
            self.server.objects[self._key] = b"".join(parts[number] for number in sorted(parts))
            text, tag = '<ETag>"x"</ETag>', "CompleteMultipartUploadResult"
        key = escape(self._key.partition("/")[2])
        body = f"<{tag}><Bucket>mail</Bucket><Key>{key}</Key>{text}</{tag}>"
        self._reply(200, body.encode())

    def do_DELETE(self) -> None:
        if not self._begin():
            return
        if "uploadId" in (query := self._query):
            self.server.parts.pop(query["uploadId"], None)
        else:
            self.server.objects.pop(self._key, None)
        self._reply(204)

    def do_GET(self) -> None:
        if not self._begin():
            return
        if "list-type" in self._query:
            self._list()
            return
        octets = self.server.objects.get(self._key)
        if octets is None:
            self._reply(404)
            return
        bounds = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"])
        assert bounds is not None
        low, high = int(bounds[1]), min(int(bounds[2]) + 1, len(octets))
        self._reply(
            206,
            octets[low:high],
            Content_Range=f"bytes {low}-{high - 1}/{len(octets)}",
            ETag='"x"',
            Last_Modified="Mon, 06 Jan 2025 10:00:00 GMT",
        )

    def _list(self) -> None:
        bucket = self._key.strip("/")
        rows = "".join(
            f"<Contents><Key>{escape(key.removeprefix(bucket + '/'))}</Key>"
            f"<Size>{len(octets)}</Size>"
            '<ETag>"x"</ETag><LastModified>2025-01-06T10:00:00.000Z</LastModified></Contents>'
            for key, octets in sorted(self.server.objects.items())
        )
        tag = "ListBucketResult"
        self._reply(200, f"<{tag}><IsTruncated>false</IsTruncated>{rows}</{tag}>".encode())


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """One that is well, until the end of the block."""
    store = ObjectStore()
    thread = threading.Thread(target=store.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield store
    finally:
        store.become(RESETS)
        store.shutdown()
        store.server_close()
        thread.join()
