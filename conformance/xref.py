"""For each section of an RFC that is cited: where the code and where the tests cite it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .citations import Citation
from .sections import Document, order


def listing(found: Sequence[Citation], index: Mapping[int, Document]) -> str:
    """The cross reference as text, by RFC and section."""
    places: dict[int, dict[str, list[Citation]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        places[one.rfc][one.section].append(one)
    lines: list[str] = []
    for rfc in sorted(places):
        title = index[rfc].title if rfc in index else "(no index of its sections: not checked)"
        lines.append(f"\nRFC {rfc}  {title}")
        for section in sorted(places[rfc], key=order):
            here = places[rfc][section]
            label = f"§{section}" if section else "as a whole"
            lines.append(f"  {label:<12} code  {_locations(here, tests=False)}")
            lines.append(f"  {'':<12} tests {_locations(here, tests=True)}")
    return "\n".join(lines)


def _locations(found: Sequence[Citation], *, tests: bool) -> str:
    chosen = dict.fromkeys(f"{one.path}:{one.line}" for one in found if one.is_test is tests)
    return " ".join(chosen) or "-"
