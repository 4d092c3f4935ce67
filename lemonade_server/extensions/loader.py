"""Loads the extensions of a list, and refuses a list that can't work.

A protocol keeps its extensions in a package of their own, a file or folder each. The package has
their names in ``NAMES``, and in ``PROTOCOL`` how people call what they extend. An extension names
those that it can't do without in ``NEEDS``: a tuple of names of the list.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


class BadList(Exception):
    """The list of extensions names one that there is not, or leaves out one that is needed."""


def load(package: ModuleType, names: Sequence[str] | None = None) -> tuple[ModuleType, ...]:
    """Import the extensions of a package in the order of its list, or of ``names``. BadList."""
    protocol = package.PROTOCOL
    modules: dict[str, ModuleType] = {}
    for name in package.NAMES if names is None else names:
        if not name.isidentifier() or find_spec(f"{package.__name__}.{name}") is None:
            raise BadList(f"there is no {protocol} extension {name!r}: is its name spelled right?")
        if name in modules:
            raise BadList(f"the {protocol} extension {name!r} is listed twice")
        modules[name] = import_module(f"{package.__name__}.{name}")
    for name, module in modules.items():
        for needed in needs(module):
            if needed not in modules:
                raise BadList(
                    f"the {protocol} extension {name!r} needs {needed!r}, which is not listed"
                )
    for name in sorted(_loaded_names(package.__name__) - modules.keys()):
        raise BadList(f"the {protocol} extension {name!r} is used by others, but is not listed")
    return tuple(modules.values())


def needs(module: ModuleType) -> tuple[str, ...]:
    """The extensions that one can't do without."""
    return tuple(getattr(module, "NEEDS", ()))


def _loaded_names(package: str) -> set[str]:
    start = f"{package}."
    return {
        name.removeprefix(start).split(".")[0] for name in sys.modules if name.startswith(start)
    }
