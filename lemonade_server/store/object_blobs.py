"""Large blobs as objects in a bucket (S3 and the like), read by ranges.

Whoever reads or writes mail waits for us no longer than a minute: each call gives up well before,
and while the store is known to be away none is made but one now and then: those who wait for it
take threads from those who don't need it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from .errors import BLOBS, BlobMissing, Unavailable
from .ids import new_place
from .outages import outages

T = TypeVar("T")

CONNECTING = 3
"""Seconds for a connection to the store."""
REQUEST = 10
"""Seconds for one request: a range of 1 MiB, or a part of some MiB."""
UPLOAD = 30.0
"""Seconds after which no further part of a blob is begun."""
AGAIN = 1.0
"""Seconds for which a store that has just failed is left alone."""
CLIENT = ("ALLOW_HTTP", "PROXY_URL", "PROXY_CA_CERTIFICATE", "PROXY_EXCLUDES")
"""What AWS_… variables say of the connection: the library forgets these where it is given any."""

_trying = threading.Lock()
"""Held by the one who asks a store that is known to be away."""


class ObjectBlobs:
    """Objects in a bucket. ``store`` is one of ``obstore.store``."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def put(self, chunks: Iterable[bytes | memoryview]) -> str:
        """Store the octets durably; their new place. Raises Unavailable."""
        import obstore

        place = new_place()
        _request(
            lambda: obstore.put(self._store, place, _in_time(chunks, time.monotonic() + UPLOAD))
        )
        return place

    def read(self, place: str, start: int, stop: int) -> bytes:
        """Octets of [start, stop). Raises BlobMissing, Unavailable."""
        import obstore

        if stop <= start:
            return b""
        try:
            return _request(
                lambda: bytes(obstore.get_range(self._store, place, start=start, end=stop))
            )
        except FileNotFoundError as error:
            raise BlobMissing(place) from error

    def delete(self, place: str) -> None:
        """Erase; nothing happens if it is gone already. Raises Unavailable."""
        import obstore

        try:
            _request(lambda: obstore.delete(self._store, place))
        except FileNotFoundError:
            return

    def places(self) -> Iterator[tuple[str, float]]:
        """All places and when they were written. Raises Unavailable."""
        import obstore

        batches = iter(obstore.list(self._store))
        while (batch := _request(lambda: next(batches, None))) is not None:
            for found in batch:
                yield found["path"], found["last_modified"].timestamp()

    def check(self) -> None:
        """Raises Unavailable when the store does not answer."""
        import obstore

        _request(lambda: next(iter(obstore.list(self._store, chunk_size=1)), None))


def object_blobs(url: str) -> ObjectBlobs:
    """The store that a URL names, as ``s3://bucket/prefix``."""
    from obstore.store import from_url

    options: Any = {
        name.lower(): os.environ[f"AWS_{name}"] for name in CLIENT if f"AWS_{name}" in os.environ
    }
    options["connect_timeout"] = timedelta(seconds=CONNECTING)
    options["timeout"] = timedelta(seconds=REQUEST)
    retries: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=REQUEST)}
    return ObjectBlobs(from_url(url, client_options=options, retry_config=retries))


def _request(job: Callable[[], T]) -> T:
    """What the store answers. Raises FileNotFoundError, Unavailable."""
    if not outages.is_known(BLOBS):
        return _answer(job)
    if outages.is_fresh(BLOBS, AGAIN) or not _trying.acquire(blocking=False):
        raise Unavailable(BLOBS)
    try:
        return _answer(job)
    finally:
        _trying.release()


def _answer(job: Callable[[], T]) -> T:
    from obstore.exceptions import BaseError

    try:
        answer = job()
    except FileNotFoundError:
        outages.end(BLOBS)
        raise
    except (BaseError, OSError, TimeoutError) as error:
        outages.begin(BLOBS, error)
        raise Unavailable(BLOBS, error) from error
    outages.end(BLOBS)
    return answer


def _in_time(chunks: Iterable[bytes | memoryview], end: float) -> Iterator[bytes]:
    """The same, in memory of their own; TimeoutError when those before have taken too long."""
    for chunk in chunks:
        if time.monotonic() > end:
            raise TimeoutError(f"an upload took longer than {UPLOAD:g} s")
        yield bytes(chunk)
