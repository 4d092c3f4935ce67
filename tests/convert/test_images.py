"""Pictures: every format in, three out; size, shape, turning, transparency, colours, metadata."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from lemonade_server.convert.errors import ConversionRefused

from . import samples
from .workbench import Workbench, opened

MADE = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
GIVEN: dict[str, Callable[[], bytes]] = {
    "image/jpeg": lambda: samples.encoded(samples.picture(), "JPEG", quality=95),
    "image/png": lambda: samples.encoded(samples.picture(), "PNG"),
    "image/gif": lambda: samples.encoded(samples.picture(), "GIF"),
    "image/webp": lambda: samples.encoded(samples.picture(), "WEBP"),
    "image/tiff": lambda: samples.encoded(samples.picture(), "TIFF"),
    "image/bmp": lambda: samples.encoded(samples.picture(), "BMP"),
    "image/heic": samples.heic,
    "image/avif": lambda: samples.encoded(samples.picture(), "AVIF"),
}


def is_near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 30 for one, other in zip(found[:3], wanted, strict=True))


def assert_shows_the_sample(image: Image.Image) -> None:
    image = image.convert("RGB")
    width, height = image.size
    assert is_near(image.getpixel((width // 8, height // 2)), samples.RED)
    assert is_near(image.getpixel((width - 1 - width // 8, height // 2)), samples.BLUE)


@pytest.mark.parametrize("source", sorted(GIVEN))
@pytest.mark.parametrize("target", sorted(MADE))
def test_each_format_becomes_each(bench: Workbench, source: str, target: str) -> None:
    image = opened(bench.convert(GIVEN[source](), source, target, pix_x=100, pix_y=100))
    assert image.format == MADE[target]
    assert image.size == (100, 50), "it keeps its shape"
    assert_shows_the_sample(image)
    assert bench.facts["binary"]


def test_the_smaller_room_decides_and_nothing_is_enlarged(bench: Workbench) -> None:
    data = GIVEN["image/png"]()
    for params, size in (
        ({"pix_y": 20}, (40, 20)),
        ({"pix_x": 40}, (40, 20)),
        ({"pix_x": 300, "pix_y": 10}, (20, 10)),
        ({"pix_x": 4000, "pix_y": 4000}, (400, 200)),
        ({}, (400, 200)),
    ):
        assert opened(bench.convert(data, "image/png", "image/jpeg", **params)).size == size


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "WEBP", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_whatever_exif_says(bench: Workbench, form: str, orientation: int) -> None:
    image = samples.picture()
    stored = image
    for number, turn in {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.items():
        if number == orientation:
            stored = image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = samples.encoded(stored, form, exif=exif)
    made = opened(bench.convert(data, f"image/{form.lower()}", "image/png", pix_x=100, pix_y=100))
    assert made.size == (100, 50)
    assert_shows_the_sample(made)


def test_no_metadata_is_left(bench: Workbench) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = samples.encoded(
        samples.picture(), "JPEG", exif=exif, icc_profile=profile, comment=b"SECRET-PLACE"
    )
    assert b"SECRET-CAMERA" in data and b"SECRET-PLACE" in data
    for target in MADE:
        made = bench.convert(data, "image/jpeg", target)
        assert b"SECRET" not in made
        left = set(opened(made).info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert left <= {"loop", "background", "timestamp", "duration"}, target


def test_transparent_becomes_white_where_it_must(bench: Workbench) -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    data = samples.encoded(image, "PNG")
    jpeg = opened(bench.convert(data, "image/png", "image/jpeg"))
    assert is_near(jpeg.getpixel((5, 5)), (255, 255, 255))
    png = opened(bench.convert(data, "image/png", "image/webp")).convert("RGBA")
    assert png.getchannel("A").getpixel((5, 5)) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel(bench: Workbench, mode: str) -> None:
    if mode == "I;16":
        image = Image.new("I;16", (40, 20), 0xFFFF)
    else:
        image = Image.new("RGB", (40, 20), "white").convert(mode)
    form = "TIFF" if mode == "CMYK" else "PNG"
    source = f"image/{form.lower()}"
    for target in MADE:
        made = opened(bench.convert(samples.encoded(image, form), source, target))
        assert is_near(made.convert("RGB").getpixel((20, 10)), (255, 255, 255)), target


def test_quality_decides_the_size(bench: Workbench) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = samples.encoded(noise, "PNG")
    for target in ("image/jpeg", "image/webp"):
        small = bench.convert(data, "image/png", target, quality=10)
        large = bench.convert(data, "image/png", target, quality=95)
        assert len(small) * 2 < len(large)


def test_pages_of_a_tiff(bench: Workbench) -> None:
    pages = [Image.new("RGB", (10, 10), color) for color in ("white", "black")]
    data = samples.encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    made = opened(bench.convert(data, "image/tiff", "image/png", page=2))
    assert is_near(made.getpixel((5, 5)), (0, 0, 0))
    with pytest.raises(ConversionRefused) as refused:
        bench.convert(data, "image/tiff", "image/png", page=3)
    assert refused.value.params == [("page", "3")]


def test_a_huge_picture_is_refused_by_its_header(bench: Workbench) -> None:
    with pytest.raises(ConversionRefused, match="50000 x 50000"):
        bench.convert(samples.huge_png(), "image/png", "image/jpeg", pix_x=100)


def test_a_picture_that_is_none(bench: Workbench) -> None:
    for data in (b"", b"GIF89a", b"<svg/>", samples.pdf(), b"%!PS-Adobe-3.0 EPSF-3.0\n"):
        with pytest.raises(ConversionRefused):
            bench.convert(data, "image/png", "image/jpeg")
