"""What another mail host said, and how an attempt can fail before it said anything."""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass

LONGEST_TEXT = 1000
_STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b\s*")


@dataclass(slots=True)
class HostReply:
    """What the host said about one recipient.

    ``dsn``: it reports success itself. ``notice``: the sender hears of the relay, asked for or not
    (RFC 2852 §4.1.4).
    """

    code: int
    status: str
    text: str
    dsn: bool = False
    notice: bool = False

    @property
    def is_yes(self) -> bool:
        return self.code // 100 == 2


class HostFailed(Exception):
    """Nothing was given to this host; another one, or a later time, may do."""

    def __init__(self, text: str, status: str = "4.4.1") -> None:
        super().__init__(text)
        self.status = status

    @property
    def answer(self) -> HostReply:
        """As what became of a recipient."""
        return HostReply(550 if self.is_final else 421, self.status, str(self))

    @property
    def is_final(self) -> bool:
        """Whether no later attempt can do better, for all that this host tells."""
        return self.status.startswith("5")


class LeaseLost(Exception):
    """The work is somebody else's by now: nothing may be sent."""


def parse_reply(code: int, raw: bytes) -> HostReply:
    """A reply, lines joined by LF."""
    text = " ".join(raw.decode("utf-8", "replace").split())[:LONGEST_TEXT]
    found = _STATUS.match(text)
    if found is None or found[1][0] != str(code)[0]:
        # A host without enhanced codes is given the general one of its reply's class.
        return HostReply(code, f"{code // 100}.0.0", f"{code} {text}")
    return HostReply(code, found[1], f"{code} {text}")


def parse_refusal(code: int, raw: bytes) -> HostReply:
    """The answer of a host that does not go on. What is neither 4xx nor 5xx is no verdict."""
    found = parse_reply(code, raw)
    if code // 100 in (4, 5):
        return found
    return HostReply(451, "4.5.0", f"{found.text} (not what was to be answered)")


def get_reason(error: Exception) -> str:
    """What went wrong, in the host's own words if there were any."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return parse_reply(error.smtp_code, text.encode() if isinstance(text, str) else text).text
    return str(error) or type(error).__name__
