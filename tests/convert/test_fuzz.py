"""Files of each type, cut short and with octets changed: a result or a refusal, nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from lemonade_server.convert import catalogue
from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.sandbox import SandboxLimits

from . import samples
from .test_images import GIVEN
from .workbench import Workbench

DOCX, XLSX, PPTX, ODT, _, _ = catalogue.OFFICE
SAMPLES: dict[str, Callable[[], bytes]] = {
    **GIVEN,
    "application/pdf": samples.pdf,
    DOCX: samples.document,
    XLSX: samples.workbook,
    PPTX: samples.slides,
    ODT: samples.open_text,
    "text/html": lambda: b"<table><tr><td>a<p>b</table><a href='x'>" * 20,
    "text/plain": lambda: "Żółw".encode("utf-16") * 100,
}
ROUNDS = 12


@pytest.fixture(scope="module")
def hurried() -> Iterator[Workbench]:
    """Decoders that give up soon."""
    bench = Workbench(SandboxLimits(cpu=5))
    yield bench
    bench.close()


@pytest.mark.parametrize("source", sorted(SAMPLES))
def test_damaged_files(hurried: Workbench, source: str) -> None:
    chance = random.Random(source)
    whole = SAMPLES[source]()
    targets = catalogue.from_source(source)
    for number in range(ROUNDS):
        data = bytearray(whole)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice((0, 1, 5, 50)) if data else 0):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(ConversionRefused):
            hurried.convert(bytes(data), source, targets[number % len(targets)].target, pix_x=50)
    for length in (1, 100, 10_000):
        with suppress(ConversionRefused):
            hurried.convert(chance.randbytes(length), source, targets[0].target)
