"""Loads the extensions of a list, and refuses a list that can't work.

An extension names those that it can't do without in ``NEEDS``: a tuple of names of the list.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from lemonade_server.imap import ext


class BadList(Exception):
    """The list of extensions names one that there is not, or leaves out one that is needed."""


def load(names: Sequence[str]) -> tuple[ModuleType, ...]:
    """Import them in their order. Raises BadList."""
    modules: dict[str, ModuleType] = {}
    for name in names:
        if not name.isidentifier() or find_spec(f"{ext.__name__}.{name}") is None:
            raise BadList(f"there is no IMAP extension {name!r}: is its name spelled right?")
        if name in modules:
            raise BadList(f"the IMAP extension {name!r} is listed twice")
        modules[name] = import_module(f"{ext.__name__}.{name}")
    for name, module in modules.items():
        for needed in needs(module):
            if needed not in modules:
                raise BadList(f"the IMAP extension {name!r} needs {needed!r}, which is not listed")
    for name in _imported() - modules.keys():
        raise BadList(f"the IMAP extension {name!r} is used by others, but is not listed")
    return tuple(modules.values())


def needs(module: ModuleType) -> tuple[str, ...]:
    """The extensions that one can't do without."""
    return tuple(getattr(module, "NEEDS", ()))


def _imported() -> set[str]:
    start = f"{ext.__name__}."
    return {
        name.removeprefix(start).split(".")[0] for name in sys.modules if name.startswith(start)
    }
