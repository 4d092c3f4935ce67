"""Why a login is not even looked at now. Says nothing of whether the account exists."""

from __future__ import annotations

import time


class LoginDelayed(Exception):
    """``login`` may be tried again later. ``seconds`` until then, at least 1."""

    def __init__(self, login: str, text: str, seconds: int) -> None:
        super().__init__(text)
        self.login = login
        self.text = text
        self.seconds = max(1, seconds)


class Paused(LoginDelayed):
    """Too many have failed lately. ``until`` is a time in seconds since 1970."""

    def __init__(self, login: str, until: int, now: int) -> None:
        seconds = max(1, until - now)
        minutes = -(-seconds // 60)
        span = f"{seconds} seconds" if seconds < 90 else f"{minutes} minutes"
        at = time.strftime("%H:%M:%S UTC", time.gmtime(until))
        super().__init__(login, f"Too many failed logins: try again in {span}, at {at}", seconds)
        self.until = until


class Busy(LoginDelayed):
    """Too many wait for a check of their password already."""

    def __init__(self, login: str) -> None:
        super().__init__(login, "Too many logins at once: try again in a few seconds", 5)
