"""Results that are kept, shared and dropped; what is at fault is remembered."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from lemonade_server.convert import cache as caching
from lemonade_server.convert.cache import DRAFTS, FOLDER, Cache
from lemonade_server.convert.catalogue import find
from lemonade_server.convert.converter import Converter, converting
from lemonade_server.convert.decoder_pool import DecoderPool
from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.parts import PartSource, source
from lemonade_server.convert.request import ConversionRequest
from lemonade_server.store import contents, ingest
from lemonade_server.store.db import Database, transaction
from lemonade_server.store.ids import ContentId

from . import samples

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 50_000_000


def store(kind: str, data: bytes, note: str = "") -> ContentId:
    """A message with one part."""
    head = f"Subject: x{note}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    prepared = ingest.prepare(head.encode() + base64.encodebytes(data))
    with transaction() as tx:
        return ingest.commit(tx, prepared)


def part(content: ContentId) -> PartSource:
    with transaction() as tx:
        row = contents.load(tx, content)
        found = source(tx, content, row.size, row.parts, "1")
    assert found is not None
    return found


def order(kind: str, target: str, **params: str) -> ConversionRequest:
    conversion = find(kind, target)
    assert conversion is not None
    return ConversionRequest(
        conversion, tuple((key.replace("_", "-"), params[key]) for key in params)
    )


class Shop:
    """Decoders, and a loop for them, that all tests share."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._processes: DecoderPool | None = None

    def check(
        self, folder: Path, test: Callable[[Converter], Awaitable[None]], limit: int = LIMIT
    ) -> Counter[str]:
        """Run ``test`` with a converter; what that one has counted."""
        return self._runner.run(self._check(Cache(folder / FOLDER, limit), test))

    async def _check(
        self, cache: Cache, test: Callable[[Converter], Awaitable[None]]
    ) -> Counter[str]:
        self._processes = self._processes or DecoderPool(2)
        db = Database()
        db.start()
        converter = Converter(db, cache, self._processes)
        try:
            await asyncio.wait_for(test(converter), 120)
        finally:
            await db.close()
        return converter.counts

    def close(self) -> None:
        if self._processes is not None:
            self._runner.run(self._processes.close())
        self._runner.close()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


def files(folder: Path) -> list[Path]:
    return [each for each in (folder / FOLDER).rglob("*") if each.is_file()]


async def octets(converter: Converter, found: PartSource, wanted: ConversionRequest) -> bytes:
    with closing(await converter.convert(1, found, wanted)) as made:
        return made.read(0, made.size)


def test_what_was_made_is_kept_and_nothing_else_is_taken_for_it(shop: Shop, tmp_path: Path) -> None:
    found = part(store("text/plain; charset=koi8-r", "Привет".encode("koi8-r")))
    wanted = order("text/plain", "text/plain", charset="utf-8")
    other = order("text/plain", "text/plain", charset="windows-1251")

    async def test(converter: Converter) -> None:
        for _ in range(3):
            assert (await octets(converter, found, wanted)).decode() == "Привет"
        assert (await octets(converter, found, other)).decode("windows-1251") == "Привет"

    counts = shop.check(tmp_path, test)
    assert counts == {"made": 2, "kept": 2}
    assert shop.check(tmp_path, test) == {"kept": 4}, "a restart forgets nothing"
    assert not list((tmp_path / FOLDER / DRAFTS).iterdir())


def test_it_is_made_once_for_all_who_ask_at_the_same_time(shop: Shop, tmp_path: Path) -> None:
    found = part(store("image/png", samples.encoded(samples.picture(2000, 1000), "PNG")))
    wanted = order("image/png", "image/jpeg", pix_x="50")

    async def test(converter: Converter) -> None:
        made = await asyncio.gather(*(octets(converter, found, wanted) for _ in range(5)))
        assert len(set(made)) == 1 and made[0]

    counts = shop.check(tmp_path, test)
    assert counts == {"made": 1, "shared": 4}


def test_it_is_finished_when_nobody_waits_any_more(shop: Shop, tmp_path: Path) -> None:
    found = part(store("image/png", samples.encoded(samples.picture(2000, 1000), "PNG")))
    wanted = order("image/png", "image/jpeg", pix_x="50")

    async def test(converter: Converter) -> None:
        asking = asyncio.create_task(converter.convert(1, found, wanted))
        await asyncio.sleep(0)
        asking.cancel()
        while converter._running:
            await asyncio.sleep(0.01)
        await octets(converter, found, wanted)

    assert shop.check(tmp_path, test) == {"made": 1, "kept": 1}


def test_what_can_not_be_done_is_not_tried_again(shop: Shop, tmp_path: Path) -> None:
    found = part(store("application/pdf", samples.encrypted_pdf()))
    wanted = order("application/pdf", "text/plain")

    async def test(converter: Converter) -> None:
        for _ in range(3):
            with pytest.raises(ConversionRefused, match="encrypted"):
                await octets(converter, found, wanted)

    assert shop.check(tmp_path, test) == {"refused": 1}
    assert files(tmp_path) == []


def test_the_room_is_bounded_and_the_oldest_go_first(shop: Shop, tmp_path: Path) -> None:
    found = [part(store("text/plain", b"x" * 3_000 + b"%d" % number)) for number in range(40)]
    wanted = order("text/plain", "text/plain")

    async def test(converter: Converter) -> None:
        for each in found:
            assert len(await octets(converter, each, wanted)) > 3_000
            assert sum(path.stat().st_size for path in files(tmp_path)) <= 40_000 * 17 // 16
        assert converter.counts["made"] == len(found)
        await octets(converter, found[-1], wanted)
        assert converter.counts["kept"] == 1

    shop.check(tmp_path, test, limit=40_000)


@pytest.mark.parametrize("limit", [0, 100])
def test_what_has_no_room_is_made_anew_each_time(shop: Shop, tmp_path: Path, limit: int) -> None:
    found = part(store("text/plain", b"x" * 3_000))

    async def test(converter: Converter) -> None:
        for _ in range(2):
            assert len(await octets(converter, found, order("text/plain", "text/plain"))) == 3_000

    assert shop.check(tmp_path, test, limit=limit) == {"made": 2}
    assert files(tmp_path) == []


def test_results_go_with_their_content(shop: Shop, tmp_path: Path) -> None:
    stays, goes = (part(store("text/plain", b"x", str(number))) for number in range(2))

    async def test(converter: Converter) -> None:
        for each in (stays, goes):
            await octets(converter, each, order("text/plain", "text/plain"))

    shop.check(tmp_path, test)
    with transaction() as tx:
        contents.drop(tx, [goes.content])
    assert caching.sweep(tmp_path) == 1
    assert [path.parent.name for path in files(tmp_path)] == [str(stays.content)]
    draft = tmp_path / FOLDER / DRAFTS / "left"
    draft.touch()
    caching.sweep(tmp_path)
    assert draft.exists(), "it may be somebody's"
    old = time.time() - 2 * caching.DRAFT_SECONDS
    os.utime(draft, (old, old))
    caching.sweep(tmp_path)
    assert not draft.exists()


def test_a_file_that_is_not_whole_is_not_used(shop: Shop, tmp_path: Path) -> None:
    found = part(store("text/plain", b"some words"))

    async def test(converter: Converter) -> None:
        assert await octets(converter, found, order("text/plain", "text/plain")) == b"some words"

    shop.check(tmp_path, test)
    (kept,) = files(tmp_path)
    whole = kept.read_bytes()
    for damaged in (b"", whole[:5], whole[:-1], b"\0" * len(whole)):
        kept.write_bytes(damaged)
        assert shop.check(tmp_path, test) == {"made": 1}


def test_the_same_number_of_another_content_is_not_confused(shop: Shop, tmp_path: Path) -> None:
    """After a backup was restored a number may mean other octets than before."""
    first, second = part(store("text/plain", b"mine")), part(store("text/plain", b"yours"))
    second.content = first.content
    assert first.digest != second.digest

    async def test(converter: Converter) -> None:
        await octets(converter, first, order("text/plain", "text/plain"))
        assert second.octets is not None
        await octets(converter, second, order("text/plain", "text/plain"))

    assert shop.check(tmp_path, test) == {"made": 2}


def test_switched_off_there_is_no_converter() -> None:
    env = dataclasses.replace(settings.LEMONADE, convert=False)

    async def test() -> None:
        async with converting(env, Database()) as converter:
            assert converter is None

    asyncio.run(test())
