"""Running a script on a message."""

from __future__ import annotations

from .cache import get_compiled
from .compiler import Script
from .errors import Fault
from .mail import Mail
from .outcome import Outcome, Store
from .run import Return, Run, ScriptHost, Step, Stop

COMPILING = 3
"""Steps that an included script's token takes, compiled already or not."""


def evaluate(script: Script, mail: Mail, host: ScriptHost) -> Outcome:
    """What the script wants done. A fault undoes all of it: the message is kept."""

    def included(octets: bytes) -> Step:
        found = get_compiled(octets)
        run.spend(COMPILING * found.size)
        return found.run

    run = Run(mail, host, included)
    try:
        script.run(run)
    except (Stop, Return):
        pass
    except Fault as fault:
        return Outcome([Store(implicit=True)], fault)
    if run.keep:
        try:
            run.act(Store(flags=list(run.flags), header=run.changed_header, implicit=True))
        except Fault as fault:
            return Outcome([Store(implicit=True)], fault)
    return Outcome(run.actions, trackings=run.trackings)
