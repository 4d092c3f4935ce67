"""One conversion from the part's octets to a result that can be read: kept, shared, or made.

Whoever asks for what is being made already waits for the same result. Octets go from file to file
in threads; the event loop never holds a part.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog

from lemonade_server.store.db import Database
from lemonade_server.store.decoded_parts import DecodedPart
from lemonade_server.store.errors import is_full

from .cache import FOLDER, Cache, ConversionResult, Facts, PendingResult
from .decoder_pool import DecoderPool
from .errors import ConversionPostponed, ConversionRefused
from .job import Job
from .parts import PartSource
from .request import ConversionRequest

log = structlog.get_logger()

VERSION = 2
"""Of what the decoders make: with another one, nothing that was kept is found."""

REMEMBERED = 1_000  # refusals


@dataclass(slots=True)
class _Run:
    """A conversion that is being made, and how many wait for it."""

    task: asyncio.Task[ConversionResult]
    waiting: int = 0

    def settle(self) -> None:
        """Let go of the result once nobody is going to take it."""
        if self.waiting or not self.task.done() or self.task.cancelled():
            return
        if self.task.exception() is None:
            self.task.result().close()


@dataclass(slots=True)
class Converter:
    """``counts``: made, kept (found in the cache), shared (made for another one), refused, later.

    ``picture``: the type that a default conversion gives to images.
    """

    db: Database
    cache: Cache
    processes: DecoderPool
    picture: str = "image/jpeg"
    counts: Counter[str] = field(default_factory=Counter)
    _running: dict[str, _Run] = field(default_factory=dict)
    _refused: dict[str, ConversionRefused] = field(default_factory=dict)

    async def convert(
        self, account: int, source: PartSource, order: ConversionRequest
    ) -> ConversionResult:
        """The result of a conversion; the caller closes it. Raises Refused and Later.

        Once begun it is finished, even if nobody waits any more: it is kept for the next time.
        """
        name = _name(source, order)
        run = self._running.get(name)
        if run is None:
            task = asyncio.create_task(self._found_or_made(account, source, order, name))
            run = self._running[name] = _Run(task)
            task.add_done_callback(partial(self._finish, name, run))
        else:
            self.counts["shared"] += 1
        run.waiting += 1
        try:
            return (await asyncio.shield(run.task)).again()
        finally:
            run.waiting -= 1
            run.settle()

    def _finish(self, name: str, run: _Run, _: object) -> None:
        del self._running[name]
        run.settle()

    async def _found_or_made(
        self, account: int, source: PartSource, order: ConversionRequest, name: str
    ) -> ConversionResult:
        if (known := self._refused.get(name)) is not None:
            raise ConversionRefused(known.text, known.params)
        found = await self.db.run(partial(self.cache.find, source.content, name))
        if found is not None:
            self.counts["kept"] += 1
            return found
        began = time.monotonic()
        kind = {"account": account, "source": source.type, "target": order.conversion.target}
        try:
            made = await self._convert(account, source, order, name)
        except ConversionRefused as refused:
            self._remember(name, refused)
            log.info("conversion refused", **kind, reason=refused.text)
            raise
        except ConversionPostponed as later:
            self.counts["later"] += 1
            log.warning("conversion failed", **kind, reason=later.text)
            raise
        self.counts["made"] += 1
        milliseconds = round((time.monotonic() - began) * 1000)
        log.info("converted", **kind, octets=made.size, milliseconds=milliseconds)
        return made

    def _remember(self, name: str, refused: ConversionRefused) -> None:
        """What can't be done is not tried again and again."""
        self.counts["refused"] += 1
        if len(self._refused) >= REMEMBERED:
            self._refused.clear()
        self._refused[name] = refused

    async def _convert(
        self, account: int, source: PartSource, order: ConversionRequest, name: str
    ) -> ConversionResult:
        assert source.octets is not None  # no conversion is offered of what has none
        job = Job(
            order.conversion.decoder,
            source.type,
            order.conversion.target,
            source.charset,
            dict(order.params),
        )
        given = -1
        draft: PendingResult | None = None
        try:
            given = await self.db.run(self.cache.scratch)
            draft = await self.db.run(self.cache.draft)
            await self._fill(given, source.octets)
            said = await self.processes.run(account, job, given, draft.descriptor)
            params = [(key, value) for key, value in said["params"]]
            if job.decoder == "text":
                params += source.params
            facts = Facts(job.target, params, said["lines"], said["binary"])
            return await self.db.run(partial(self.cache.keep, draft, source.content, name, facts))
        except OSError as error:
            if not is_full(error):
                raise
            raise ConversionPostponed("there is no room to convert this", 5) from error
        finally:
            if given >= 0:
                os.close(given)
            if draft is not None:
                draft.close()

    async def _fill(self, descriptor: int, octets: DecodedPart) -> None:
        """Write the part into a file, and go back to its beginning."""
        if octets.data is not None:
            await self.db.run(partial(_append, descriptor, octets.data))
        else:
            async for piece in octets.stream(self.db):
                await self.db.run(partial(_append, descriptor, piece))
        os.lseek(descriptor, 0, os.SEEK_SET)


class ConverterSettings(Protocol):
    """What an operator decides; the cache in octets."""

    @property
    def data(self) -> Path: ...

    @property
    def convert(self) -> bool: ...

    @property
    def convert_processes(self) -> int: ...

    @property
    def convert_cache(self) -> int: ...

    @property
    def convert_image(self) -> str: ...


@asynccontextmanager
async def converting(env: ConverterSettings, db: Database) -> AsyncIterator[Converter | None]:
    """The conversions of one process, None when they are switched off. No decoder starts yet."""
    if not env.convert:
        yield None
        return
    cache = Cache(env.data / FOLDER, env.convert_cache)
    converter = Converter(
        db, cache, DecoderPool(env.convert_processes), f"image/{env.convert_image}"
    )
    try:
        yield converter
    finally:
        await converter.processes.close()


def _append(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _name(source: PartSource, order: ConversionRequest) -> str:
    """Of the file for a result; nothing that decides about it is left out."""
    asked = [
        VERSION,
        source.digest,
        source.type,
        source.charset,
        source.params,
        order.conversion.target,
        sorted(order.params),
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
