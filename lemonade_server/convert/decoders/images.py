"""Pictures into JPEG, PNG or WebP, scaled down to fit; turned as EXIF says, and without metadata.

A picture keeps its shape and is never enlarged: pix-x and pix-y are the room there is for it
(RFC 2534 §3.1). What is large is known before anything is decoded.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageCms

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult

MOST_DECLARED = 250_000_000  # pixels of a source that is looked at
MOST_DECODED = 64_000_000  # pixels that are held at once
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF")
QUALITY = 85
WRITTEN = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
LARGEST_SIDE = {"JPEG": 65_500, "PNG": 65_535, "WEBP": 16_383}
ORIENTATION = 0x0112  # EXIF
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = (
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
)

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # the limits here are our own
Image.init()


def picture(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """One picture; of a TIFF, the page asked for. Raises Refused."""
    image = Image.open(given, formats=FORMATS)
    if job.source == "image/tiff":
        _turn_to(image, job)
    _check(image, MOST_DECLARED if image.format == "JPEG" else MOST_DECODED)
    turn = _turn(image)
    width, height = image.size
    room = _room(job, (height, width) if turn in SIDEWAYS else (width, height))
    if image.format == "JPEG":  # decoded at a half, a quarter or an eighth at once
        image.draft("RGB", (room[1], room[0]) if turn in SIDEWAYS else room)
        _check(image, MOST_DECODED)
    return save(job, image, room, made, turn)


def save(
    job: Job,
    image: Image.Image,
    room: tuple[int, int],
    made: BinaryIO,
    turn: Image.Transpose | None = None,
) -> JobResult:
    """Write a picture in the form asked for, turned, and so small that it fits into ``room``."""
    form = WRITTEN[job.target]
    most = LARGEST_SIDE[form]
    room = min(room[0], most), min(room[1], most)
    profile = image.info.get("icc_profile")
    image = _plain_mode(image)
    image.thumbnail((room[1], room[0]) if turn in SIDEWAYS else room, Image.Resampling.LANCZOS)
    if turn is not None:
        image = image.transpose(turn)
    image = _in_srgb(image, profile)
    if form == "JPEG":
        image = _on_white(image)
    image.info.clear()
    quality = {} if form == "PNG" else {"quality": job.number("quality", QUALITY)}
    buffer = io.BytesIO()  # some writers go back in what they wrote
    image.save(buffer, form, exif=b"", **quality)
    made.write(buffer.getbuffer())
    return JobResult(binary=True)


def _check(image: Image.Image, most: int) -> None:
    width, height = image.size
    if width * height > most:
        raise ConversionRefused(f"the picture is too large: {width} x {height} pixels")


def _turn_to(image: Image.Image, job: Job) -> None:
    try:
        image.seek(job.number("page", 1) - 1)
    except EOFError:
        raise ConversionRefused("there is no such page", [("page", job.params["page"])]) from None


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright. That of a TIFF is done when it is decoded."""
    return None if image.format == "TIFF" else TURNS.get(image.getexif().get(ORIENTATION, 1))


def _room(job: Job, size: tuple[int, int]) -> tuple[int, int]:
    return min(job.number("pix-x", size[0]), size[0]), min(job.number("pix-y", size[1]), size[1])


def _plain_mode(image: Image.Image) -> Image.Image:
    """One of L, LA, RGB and RGBA, without a palette or more than 8 bits."""
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    if image.mode in ("I", "F"):
        _, high = image.getextrema()
        scale = 1 / 257 if isinstance(high, int | float) and high > 255 else 1.0
        return image.point(lambda value: value * scale).convert("L")
    if image.mode in ("1", "L;2", "L;4"):
        return image.convert("L")
    is_transparent = "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    return image.convert("RGBA" if is_transparent else "RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Colours as a screen without colour management shows them rightly."""
    if not isinstance(profile, bytes) or image.mode not in ("RGB", "RGBA"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return image
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
