"""Conversions without a mail server: octets in, octets out, through real decoder processes."""

from __future__ import annotations

import asyncio
import io
import tempfile
from typing import Any

from PIL import Image

from lemonade_server.convert import catalogue
from lemonade_server.convert.decoder_pool import DecoderPool
from lemonade_server.convert.job import Job
from lemonade_server.convert.sandbox import SandboxLimits


class Workbench:
    """``facts`` are those of the last result."""

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._runner = asyncio.Runner()
        self._processes: DecoderPool | None = None
        self.facts: dict[str, Any] = {}

    def convert(
        self, data: bytes, source: str, target: str, label: str = "", /, **params: object
    ) -> bytes:
        """The result. ``label`` is the source's charset; parameters are words with _ for -."""
        conversion = catalogue.find(source, target)
        assert conversion is not None, (source, target)
        given = {name.replace("_", "-"): str(value) for name, value in params.items()}
        job = Job(conversion.decoder, source, target, label, given)
        return self._runner.run(self._run(job, data))

    async def _run(self, job: Job, data: bytes) -> bytes:
        if self._processes is None:
            self._processes = DecoderPool(2, self._limits)
        self.facts, made = await run(self._processes, job, data)
        return made

    def close(self) -> None:
        if self._processes is not None:
            self._runner.run(self._processes.close())
        self._runner.close()


async def run(
    processes: DecoderPool, job: Job, data: bytes, account: int = 1
) -> tuple[dict[str, Any], bytes]:
    """One job; the facts and the octets of its result."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made:
        given.write(data)
        given.seek(0)
        facts = await processes.run(account, job, given.fileno(), made.fileno())
        made.seek(0)
        return facts, made.read()


def opened(data: bytes) -> Image.Image:
    """A picture, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
