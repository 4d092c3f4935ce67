"""The grammar of what the client sends, and the answer to a command."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext
from imapclient.imap_utf7 import encode as encode_utf7

from ..message.errors import MailboxFull, NotFound, Refused
from ..message.numbers import write_uid_set
from ..message.responses import Raw, values

_CODE = re.compile(rb"\[([A-Z0-9-]+)(?: ([^\]]*))?\]", re.IGNORECASE)


@dataclass(slots=True)
class Payload:
    """A literal of ``size`` octets, sent piece by piece and never held as a whole."""

    size: int
    pieces: Iterable[bytes]


@dataclass(slots=True)
class Answer:
    """What one command brought: its tagged reply and the untagged data before it."""

    status: str
    text: bytes
    data: dict[str, list[Raw]] = field(default_factory=dict)

    @property
    def code(self) -> tuple[bytes, bytes]:
        """The response code of the tagged reply in upper case, and its arguments."""
        match = _CODE.match(self.text)
        return (match[1].upper(), match[2] or b"") if match else (b"", b"")

    def check(self) -> Answer:
        """Itself when OK; else raises NotFound or Refused in the server's own words."""
        if self.status == "OK":
            return self
        words = _CODE.sub(b"", self.text, count=1).decode("utf-8", "replace").strip()
        code = self.code[0]
        if code in (b"NONEXISTENT", b"TRYCREATE"):
            raise NotFound(gettext("This folder does not exist any more."))
        if code == b"OVERQUOTA":
            raise MailboxFull(
                gettext("The mailbox is full. Delete something, or ask for more room.")
            )
        if code in (b"TOOBIG", b"LIMIT"):
            raise Refused(gettext("This message is larger than the server takes."))
        if code == b"BADURL":
            raise NotFound(gettext("A part that should go along is not there any more."))
        raise Refused(
            gettext("The mail server said no: %(words)s") % {"words": words or self.status}
        )


Arguments = Sequence[bytes | Payload]
Command = tuple[bytes, Arguments]


def mailbox(name: str) -> bytes:
    """A mailbox name as the wire wants it: modified UTF-7, quoted. RFC 3501 §5.1.3.

    Control characters end up in base64, so no name can smuggle in a line of its own.
    """
    coded: bytes = encode_utf7(name)
    return b'"' + coded.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def uid_set(uids: Iterable[int]) -> bytes:
    """UIDs as a compact set, ``1:3,7``. Empty input gives ``b""``."""
    return write_uid_set(uids).encode("ascii")


def esearch_value(answer: Answer, name: bytes) -> int | None:
    """A number such as COUNT, MIN or MAX out of ``* ESEARCH …``. RFC 4731 §3.1."""
    words = values(answer.data.get("ESEARCH", []))
    for key, value in itertools.pairwise(words):
        if isinstance(key, bytes) and key.upper() == name and isinstance(value, int):
            return value
    return None
