"""Colours as people see them: hue, lightness and luminance (OKLCH, CSS Color 4 §9 and WCAG 2.2)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2.color5 as _color5

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]
STEPS = 10  # halvings of a search: finer than what eight bits can say
# CSS Color 4 §18: Oklab from linear sRGB in two steps, and back; sRGB from XYZ as Lab has it (D50).
LMS: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB: Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
FROM_LMS: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
FROM_XYZ_D50: Matrix = (
    (3.1341359570, -1.6173863321, -0.4906619460),
    (-0.9787954781, 1.9162543774, 0.0334427307),
    (0.0719553799, -0.2289768265, 1.4053860351),
)

# What Word writes for its own black and white (CSS Color 4 §6.2, as on a white page).
SYSTEM = {
    "windowtext": "#000",
    "canvastext": "#000",
    "buttontext": "#000",
    "window": "#fff",
    "canvas": "#fff",
    "buttonface": "#efefef",
}

_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)

color5: Any = _color5


@dataclass(frozen=True, slots=True)
class Colour:
    """Lightness 0 to 1, chroma from 0 (grey) to about 0.37, hue in radians, opacity 0 to 1."""

    lightness: float
    chroma: float
    hue: float
    alpha: float = 1.0

    @property
    def luminance(self) -> float:
        """What contrast is reckoned from (WCAG 2.2, relative luminance), of what can be shown."""
        return _luminance(_displayable(self))

    def over(self, ground: Colour) -> Colour:
        """The opaque colour that is seen where this one lies on ``ground``."""
        mine, below = _displayable(self), _displayable(ground)
        mixed = [
            _decode(self.alpha * _encode(top) + (1 - self.alpha) * _encode(under))
            for top, under in zip(mine, below, strict=True)
        ]
        return _from_linear((mixed[0], mixed[1], mixed[2]), 1.0)

    def at(self, lightness: float, most: float = 1.0) -> Colour:
        """The same hue at another lightness, with a chroma of at most ``most``."""
        return Colour(lightness, min(self.chroma, most), self.hue, self.alpha)

    def within(self, darkest: float, brightest: float) -> Colour:
        """The same hue, only as much lighter or darker as the two luminances ask."""
        found = self.luminance
        if darkest <= found <= brightest:
            return self
        low, high = (self.lightness, 1.0) if found < darkest else (0.0, self.lightness)
        for _ in range(STEPS):
            middle = (low + high) / 2
            here = self.at(middle).luminance
            if here < darkest or (found > brightest and here <= brightest):
                low = middle
            else:
                high = middle
        return self.at(high if found < darkest else low)

    def __str__(self) -> str:
        red, green, blue = (round(255 * _encode(part)) for part in _displayable(self))
        if self.alpha < 1:
            return f"rgb({red} {green} {blue}/{self.alpha:.2g})"
        return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, brighter = sorted((one.luminance, other.luminance))
    return (brighter + 0.05) / (darker + 0.05)


def is_colour(text: str) -> bool:
    """Whether ``parse`` finds a colour in it."""
    return _HEX.fullmatch(text) is not None or parse(text) is not None


@lru_cache(4096)
def parse(text: str) -> Colour | None:
    """A colour as CSS writes it; None for what is none, or depends on where it stands."""
    if digits := _HEX.fullmatch(text):
        red, green, blue = (_decode(part / 255) for part in _bytes(digits[1]))
        return _from_linear((red, green, blue), 1.0)
    try:
        found = color5.parse_color(SYSTEM.get(text.lower(), text))
    except (ValueError, TypeError, IndexError, AttributeError):  # of what is hardly a colour
        return None
    if found is None or found == "currentcolor":
        return None
    parts = [part or 0.0 for part in found.coordinates]
    if len(parts) != 3 or not all(math.isfinite(part) and abs(part) < 1e6 for part in parts):
        return None
    if found.space in ("oklab", "oklch"):
        return _from_ok(found.space, parts, found.alpha)
    if found.space in ("lab", "lch"):
        return _from_linear(
            _times(FROM_XYZ_D50, tuple(found.to("xyz-d50").coordinates)), found.alpha
        )
    if found.space in ("hsl", "hwb"):
        parts = list(found.to("srgb").coordinates)
    red, green, blue = (_decode(min(max(part, 0.0), 1.0)) for part in parts)
    return _from_linear((red, green, blue), found.alpha)


def coarse(text: str) -> str:
    """One of 512 colours that is near to this one; ``text`` when it is none."""
    if digits := _HEX.fullmatch(text):
        parts = [part / 255 for part in _bytes(digits[1])]
    elif colour := parse(text):
        parts = [_encode(part) for part in _displayable(colour)]
    else:
        return text
    return "#{:02x}{:02x}{:02x}".format(*(round(7 * part) * 255 // 7 for part in parts))


def _bytes(digits: str) -> tuple[int, int, int]:
    """What three or six hexadecimal digits say."""
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    number = int(digits, 16)
    return number >> 16, number >> 8 & 255, number & 255


def _from_ok(space: str, parts: list[float], alpha: float) -> Colour:
    lightness = min(max(parts[0], 0.0), 1.0)
    if space == "oklch":
        return Colour(lightness, min(max(parts[1], 0.0), 0.5), math.radians(parts[2] % 360), alpha)
    chroma = min(math.hypot(parts[1], parts[2]), 0.5)
    return Colour(lightness, chroma, math.atan2(parts[2], parts[1]), alpha)


def _from_linear(rgb: tuple[float, ...], alpha: float) -> Colour:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in rgb)
    lms = _times(LMS, (red, green, blue))
    lightness, a, b = _times(LAB, (math.cbrt(lms[0]), math.cbrt(lms[1]), math.cbrt(lms[2])))
    return Colour(min(max(lightness, 0.0), 1.0), math.hypot(a, b), math.atan2(b, a), alpha)


@lru_cache(8192)
def _displayable(colour: Colour) -> Triple:
    """Linear sRGB; where the screen can't show that much chroma, with as much as it can."""
    full = _to_linear(colour.lightness, colour.chroma, colour.hue)
    if _is_displayable(full):
        return _clip(full)
    low, high = 0.0, colour.chroma
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _is_displayable(_to_linear(colour.lightness, middle, colour.hue)):
            low = middle
        else:
            high = middle
    return _clip(_to_linear(colour.lightness, low, colour.hue))


def _to_linear(lightness: float, chroma: float, hue: float) -> Triple:
    lms = _times(FROM_LAB, (lightness, chroma * math.cos(hue), chroma * math.sin(hue)))
    return _times(FROM_LMS, (lms[0] ** 3, lms[1] ** 3, lms[2] ** 3))


def _is_displayable(rgb: Triple) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in rgb)


def _clip(rgb: Triple) -> Triple:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in rgb)
    return red, green, blue


def _times(matrix: Matrix, vector: tuple[float, ...]) -> Triple:
    x, y, z = vector
    first, second, third = (row[0] * x + row[1] * y + row[2] * z for row in matrix)
    return first, second, third


def _luminance(rgb: Triple) -> float:
    """Of the colour as eight bits say it, since that is what is seen."""
    red, green, blue = (_decode(round(255 * _encode(part)) / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decode(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _encode(part: float) -> float:
    return float(part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)
