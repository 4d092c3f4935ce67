"""Running a script on a message."""

from __future__ import annotations

from .cache import compiled
from .compiler import Script
from .errors import Fault
from .mail import Mail
from .outcome import Outcome, Store
from .run import Host, Return, Run, Stop


def evaluate(script: Script, mail: Mail, host: Host) -> Outcome:
    """What the script wants done. A fault undoes all of it: the message is kept."""
    run = Run(mail, host, lambda octets: compiled(octets).run)
    try:
        script.run(run)
    except (Stop, Return):
        pass
    except Fault as fault:
        return Outcome([Store()], fault)
    if run.keep:
        try:
            run.act(Store(flags=list(run.flags), header=run.changed_header))
        except Fault as fault:
            return Outcome([Store()], fault)
    return Outcome(run.actions)
