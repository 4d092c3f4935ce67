"""LIMITS: how much of what is taken, so that clients need not find out (RFC 9422)."""

from __future__ import annotations

from ..registry import extension
from ..session import Session

NEEDS = ("mail",)


def _limits(session: Session) -> str:
    return f"RCPTMAX={session.face.bounds.recipients}"


extension("LIMITS", rfc=9422, value=_limits)
