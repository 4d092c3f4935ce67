"""``:copy``: file or redirect and go on as if nothing had been done (RFC 3894)."""

from __future__ import annotations

from ..registry import COMMANDS, Tag, extension, more_tags
from . import actions, fileinto  # noqa: F401  (they bring the commands)

COPY = extension("copy", rfc=3894)

more_tags(COMMANDS["fileinto"], Tag("copy", needs=COPY))
more_tags(COMMANDS["redirect"], Tag("copy", needs=COPY))
