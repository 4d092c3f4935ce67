"""The mail filtering language Sieve (RFC 5228): read, checked, compiled and evaluated.

Nothing here knows a database, a socket or a clock. What a script may ask of its surroundings is the
protocol ``Host``; what it wants done comes out as an ``Outcome``. The text of a script is judged
once, with errors placed by line and column, and kept compiled.
"""

from .compiler import Script, compile_script
from .errors import Fault, ScriptError
from .evaluation import evaluate
from .mail import Mail
from .outcome import Outcome
from .registry import capabilities

__all__ = [
    "Fault",
    "Mail",
    "Outcome",
    "Script",
    "ScriptError",
    "capabilities",
    "compile_script",
    "evaluate",
]
