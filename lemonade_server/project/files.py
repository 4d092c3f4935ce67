"""How many files this process may have open. A connection is one."""

from __future__ import annotations

import resource

from lemonade_server.net.limits import FEWEST_FILES

PLENTY = 1_048_576
"""Where the system sets no limit."""


class TooFewFiles(OSError):
    """The limit on open files is too low to serve anybody. The text says what to set."""


def raise_file_limit() -> int:
    """Allow as many as the system lets us have; that number. Raises TooFewFiles."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    files = PLENTY if hard == resource.RLIM_INFINITY else hard
    if files < FEWEST_FILES:
        raise TooFewFiles(
            f"A process may have only {files} files open here, {FEWEST_FILES} are needed and some "
            f"thousands are better: raise the limit (ulimit -Hn, LimitNOFILE= of systemd)"
        )
    return files
