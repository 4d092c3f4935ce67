"""Compiled scripts, kept while they are in use.

What is kept is bounded by the octets of the scripts: a compiled one takes some dozen times as much.
One that somebody holds is found as long as it is held.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from weakref import WeakValueDictionary

from .compiler import Script, compile_script

MAX_OCTETS = 2_097_152

_kept: OrderedDict[bytes, tuple[Script, int]] = OrderedDict()
_held: WeakValueDictionary[bytes, Script] = WeakValueDictionary()
_lock = Lock()


def get_compiled(octets: bytes) -> Script:
    """The script, compiled now or before. Raises ScriptError."""
    digest = hashlib.sha256(octets).digest()
    with _lock:
        script = _held.get(digest)
    if script is None:
        script = compile_script(octets)
    with _lock:
        is_new = digest not in _kept
        _kept[digest] = script, len(octets)
        _kept.move_to_end(digest)
        _held[digest] = script
        if is_new:  # counting them takes long where there are many small ones
            _shrink()
    return script


def _shrink() -> None:
    size = sum(octets for _, octets in _kept.values())
    while size > MAX_OCTETS and len(_kept) > 1:
        size -= _kept.popitem(last=False)[1][1]
