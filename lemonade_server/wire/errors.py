"""The errors that are replies.

Raised anywhere below a session and caught once in it: `Bad` and `No` become the tagged reply of an
IMAP command, `Reply` the reply line of an SMTP command. Anything else that is raised is a bug.
"""

from __future__ import annotations


class Bad(Exception):
    """The client's command can't be understood: tagged BAD (RFC 3501 §7.1.3).

    `code` is the response code without its brackets; few of these have one.
    """

    def __init__(self, text: str, code: bytes = b"") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class No(Exception):
    """The command is understood and can't be done: tagged NO (RFC 3501 §7.1.2).

    `code` is the response code without its brackets, such as `b"TRYCREATE"` (RFC 5530).
    """

    def __init__(self, text: str, code: bytes = b"") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Reply(Exception):
    """An SMTP command is answered with this reply and nothing else happens.

    `code` is the three-digit reply code, `enhanced` the status of RFC 3463 (`"5.5.4"`), empty
    only where RFC 2034 §3 forbids one (greeting, EHLO, 3xx).
    """

    def __init__(self, code: int, enhanced: str, text: str) -> None:
        super().__init__(f"{code} {enhanced} {text}")
        self.code = code
        self.enhanced = enhanced
        self.text = text
