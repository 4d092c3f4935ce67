"""What a way in decides for itself. All else is shared by the three of them (``ext/``).

====================  ====================  ====================  ======================
``faces/``            submission.py         smtp.py               lmtp.py
====================  ====================  ====================  ======================
who speaks            a user's client       any host              a mail server beside us
greeting              EHLO, HELO            EHLO, HELO            LHLO
must log in           yes                   can't                 can't
sender                an address of theirs  any                   any
recipients            any                   of this server        of this server
a message is          accepted              judged, accepted      delivered, as answered
replies to a message  one                   one                   one a recipient
====================  ====================  ====================  ======================
"""

from __future__ import annotations

from dataclasses import dataclass

SUBMISSION, SMTP, LMTP = "submission", "smtp", "lmtp"
EVERY = (SUBMISSION, SMTP, LMTP)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much. Times in seconds.

    ``start`` is for the login, or for the whole connection where nobody logs in; ``errors`` are
    refused commands, in a row; with ``strict`` only an accepted message makes up for them, so that
    nobody can try one name after the other.
    """

    idle: float
    start: float
    errors: int
    recipients: int
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a message, or to one of its recipients."""

    code: int
    enhanced: str
    text: str
