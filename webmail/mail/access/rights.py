"""Who else may use a folder (RFC 4314): three steps that people understand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..imap.commands import mailbox
from ..message.errors import NotFound, Refused
from ..message.responses import responses

READ = "lr"
FILE = "lrswite"
ALL = "lrswipkxtean"
LEVELS = {"read": READ, "file": FILE, "all": ALL}
EVERYBODY = "anyone"
_MEANT = set(ALL)  # without c and d, which only repeat others (§2.1.1)


@dataclass(slots=True)
class Grant:
    """What somebody may do in a folder. ``who``: an address or ``anyone``, as the server has it;
    a dash before it takes the rights away.
    """

    who: str
    rights: str


class UnknownPerson(Refused):
    """There is nobody of that name, or it is somebody to whom nothing can be given."""


def can_share(imap: LemonadeClient) -> bool:
    """Whether the server knows rights at all."""
    return imap.has("ACL")


def grants(imap: LemonadeClient, folder: str) -> list[Grant]:
    """Who has which rights, as the server lists them. Raises NotFound or Refused."""
    answer = imap.command(b"GETACL", mailbox(folder))
    if answer.code[0] == b"NONEXISTENT":
        raise NotFound(gettext("There is no folder “%(folder)s” (any more).") % {"folder": folder})
    found: list[Grant] = []
    for response in responses(answer.check().data.get("ACL", [])):
        words = [word.decode("utf-8", "replace") for word in response if isinstance(word, bytes)]
        pairs = zip(words[1::2], words[2::2], strict=False)
        found += [Grant(who, "".join(r for r in rights if r in _MEANT)) for who, rights in pairs]
    return found


def level_of(rights: str) -> str:
    """The step that has exactly these rights; "" for others, which somebody else has set."""
    there = set(rights) - {"n"}  # of what is noted on messages: given with all, and seldom alone
    return next((name for name, letters in LEVELS.items() if set(letters) - {"n"} == there), "")


def grant(imap: LemonadeClient, folder: str, who: str, level: str) -> None:
    """Give somebody one of the steps. Raises UnknownPerson, NotFound, Refused."""
    _change(imap, b"SETACL", folder, who, LEVELS[level].encode())


def withdraw(imap: LemonadeClient, folder: str, who: str) -> None:
    """Take back what somebody was given. Raises as ``grant``."""
    _change(imap, b"DELETEACL", folder, who)


def _change(imap: LemonadeClient, command: bytes, folder: str, who: str, *more: bytes) -> None:
    if not who.isascii() or not who.isprintable() or not who:
        raise UnknownPerson(gettext("That is not an address."))
    quoted = who.replace("\\", "\\\\").replace('"', '\\"').encode()
    answer = imap.command(command, mailbox(folder), b'"' + quoted + b'"', *more)
    if answer.code[0] == b"CANNOT" or answer.status == "BAD":
        raise UnknownPerson(
            gettext("Nobody with the address “%(who)s” can be given rights in this folder.")
            % {"who": who}
        )
    answer.check()
