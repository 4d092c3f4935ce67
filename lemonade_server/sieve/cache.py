"""Compiled scripts, kept while they are in use.

What is kept is bounded by the octets of the scripts: a compiled one takes some dozen times as much.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from .compiler import Script, compile_script

MAX_OCTETS = 2_097_152

_kept: OrderedDict[bytes, Script] = OrderedDict()
_lock = Lock()


def compiled(octets: bytes) -> Script:
    """The script, compiled now or before. Raises ScriptError."""
    with _lock:
        found = _kept.get(octets)
        if found is not None:
            _kept.move_to_end(octets)
            return found
    script = compile_script(octets)
    with _lock:
        _kept[octets] = script
        held = sum(map(len, _kept))
        while held > MAX_OCTETS and len(_kept) > 1:
            held -= len(_kept.popitem(last=False)[0])
    return script
