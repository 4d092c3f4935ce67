"""What a decoder is given and what it says of its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias


@dataclass(slots=True)
class Job:
    """``charset`` is that of the source, "" when it says none; ``params`` are checked values."""

    decoder: str
    source: str
    target: str
    charset: str
    params: dict[str, str]

    def number(self, name: str, default: int) -> int:
        """A parameter that is a number."""
        return int(self.params.get(name, default))


@dataclass(slots=True)
class JobResult:
    """A result beside its octets: its type's parameters, its line ends, whether it holds NUL."""

    params: list[tuple[str, str]] = field(default_factory=list)
    lines: int = 0
    binary: bool = False


Decoder: TypeAlias = Callable[[Job, BinaryIO, BinaryIO], JobResult]
"""Reads the source from the first file, writes the result to the second. Raises Refused.

What else it raises means that the source is broken.
"""
