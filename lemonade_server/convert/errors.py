"""Why a conversion was not done: what becomes an ERROR phrase of RFC 5259 §9."""

from __future__ import annotations

from collections.abc import Sequence

Params = Sequence[tuple[str, str]]


class ConversionRefused(Exception):
    """It can't be done, now or ever. ``params`` are those at fault, none if the source is."""

    def __init__(self, text: str, params: Params = ()) -> None:
        super().__init__(text)
        self.text = text
        self.params = list(params)


class ConversionPostponed(Exception):
    """It can't be done at the moment; ``minutes`` is when to try again."""

    def __init__(self, text: str, minutes: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.minutes = minutes
