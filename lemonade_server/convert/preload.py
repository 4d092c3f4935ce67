"""What decoders would import when they are confined already and can open no file any more."""

from __future__ import annotations

import encodings
from importlib import import_module
from pkgutil import iter_modules

LATE = (
    "xml.etree.ElementTree",
    "openpyxl.reader.excel",
    "openpyxl.worksheet._read_only",
    "docx.parts.document",
    "pptx.parts.slide",
    "html.entities",
    "stringprep",
)
NOT_HERE = frozenset({"mbcs", "oem", "cp65001"})  # codecs of another system


def everything() -> None:
    """Import all codecs, and what the libraries import as they go."""
    for name in LATE:
        import_module(name)
    for module in iter_modules(encodings.__path__):
        if module.name not in NOT_HERE and not module.name.startswith("_win"):
            import_module(f"encodings.{module.name}")
