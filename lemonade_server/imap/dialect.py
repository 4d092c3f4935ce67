"""How a session's responses are written: one immutable value, chosen when a mode is entered.

ENABLE and its kin switch modes on (``modes.py``); each one replaces some fields of the dialect. The
core asks the dialect, and knows no extension by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lemonade_server.wire import utf7
from lemonade_server.wire.syntax import astring


def in_english(line: bytes) -> bytes:
    """A line for people, in English."""
    return line


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the responses of two sessions.

    ``numbers``: messages have numbers, else their UIDs alone name them. ``fetch`` is the name of
    the FETCH response. ``vanished``: VANISHED stands in place of EXPUNGE. ``recent``: \\Recent,
    RECENT and UNSEEN of SELECT are known. ``modseqs``: changes and codes tell mod-sequences.
    ``uids``: a FETCH that no UID command brought carries its UID, too. ``esearch``: a plain SEARCH
    is answered by ESEARCH. ``attributes``: a plain LIST tells what an extended one would.
    ``utf8``: names and quoted strings are UTF-8. ``charsets``: a SEARCH may name one.
    ``translated`` puts a line for people into their language, ``titles`` are the names of
    namespaces in it. Behind these stand templates that follow from them: ``flags_line`` takes
    number, uid, modseq, flags and more; ``flags_line_by_uid`` is that of a UID command.
    """

    numbers: bool = True
    fetch: bytes = b"FETCH"
    vanished: bool = False
    recent: bool = True
    modseqs: bool = False
    uids: bool = False
    esearch: bool = False
    attributes: bool = False
    utf8: bool = False
    charsets: bool = True
    translated: Callable[[bytes], bytes] = in_english
    titles: Mapping[str, str] = field(default_factory=dict)
    fetch_line: bytes = field(init=False)
    fetch_head: bytes = field(init=False)
    flags_line: bytes = field(init=False)
    flags_line_by_uid: bytes = field(init=False)
    modseq_line: bytes = field(init=False)

    def __post_init__(self) -> None:
        write = object.__setattr__
        head = b"* %%d %b (" % self.fetch
        write(self, "fetch_head", head)
        write(self, "fetch_line", head + b"%b)\r\n")
        number = b"* %%(%b)d %b (" % (b"number" if self.numbers else b"uid", self.fetch)
        uid = b"UID %(uid)d " if self.numbers else b""
        modseq = b"MODSEQ (%(modseq)d)"
        flags = (modseq + b" " if self.modseqs else b"") + b"FLAGS (%(flags)b)%(more)b)\r\n"
        write(self, "flags_line", number + (uid if self.uids else b"") + flags)
        write(self, "flags_line_by_uid", number + uid + flags)
        write(self, "modseq_line", number + uid + modseq + b")\r\n")

    def mailbox(self, name: str) -> bytes:
        """A mailbox name as it stands in a response: modified UTF-7, or UTF-8."""
        if self.utf8:
            return astring(name.encode(), utf8=True)
        return astring(utf7.encode(name))


PLAIN = Dialect()
"""That of a session in which nothing is enabled."""
