"""DSN: RET, ENVID, NOTIFY and ORCPT (RFC 3461).

``wire/smtp.py`` reads them, the queue's rows keep them, and
``delivery/reports/status_notification.py`` acts on them.
"""

from __future__ import annotations

from ..registry import extension

NEEDS = ("mail",)

extension("DSN", rfc=3461)
