"""Flags, moving and deleting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, gettext_lazy

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, mailbox, uid_set
from ..message.errors import MailError, NotFound, Refused
from ..message.folders import MovedMessages, StoredMessage
from ..message.messages import Flag
from ..message.responses import numbers, parse_fetch, values
from .listing import flags
from .mailboxes import enter, role_folder
from .search import matching

BATCH = 1_000  # messages of one command
GONE = gettext_lazy("This message is not in this folder any more.")
_SYSTEM = {"\\SEEN", "\\ANSWERED", "\\FLAGGED", "\\DELETED", "\\DRAFT"}
_KEYWORD_SPECIALS = set('(){ %*"\\]')


def set_flags(
    imap: LemonadeClient,
    folder: str,
    uids: Iterable[int],
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> None:
    """Add and remove flags, in one burst. Raises NotFound or Refused."""
    commands = flag_commands(uids, add, remove)
    enter(imap, folder)
    for answer in imap.burst(commands):
        answer.check()
    imap.stirred = bool(commands) or imap.stirred


def mark(imap: LemonadeClient, folder: str, uids: Sequence[int], flag: Flag, on: bool) -> list[int]:
    """Set or clear a flag; the UIDs that this changed. Raises NotFound when none is there."""
    enter(imap, folder)
    sets = uid_sets(uids)
    differs = (b"UN" if on else b"") + search_key(flag)
    changed = [uid for each in sets for uid in matching(imap, each, differs)]
    if changed:
        names = [flag.value]
        set_flags(imap, folder, changed, *((names, []) if on else ([], names)))
    elif not any(matching(imap, each, b"ALL") for each in sets):
        raise NotFound(GONE)
    return changed


def search_key(flag: Flag) -> bytes:
    """What SEARCH finds messages by that have it; with UN before it, those that do not."""
    name = flag.value.encode("ascii")
    return name[1:].upper() if name[:1] == b"\\" else b"KEYWORD " + name


def mark_one(imap: LemonadeClient, stored: StoredMessage, flag: Flag) -> bool:
    """Set a flag of one message; whether it was there without it."""
    now = enter(imap, stored.folder, stored.uidvalidity)
    if not now.keywords and not flag.value.startswith("\\"):
        return False
    commands: list[Command] = [
        (b"UID FETCH", (b"%d" % stored.uid, b"(UID FLAGS)")),
        *flag_commands([stored.uid], add=[flag.value]),
    ]
    answer = imap.burst(commands)[0]
    found = parse_fetch(answer.data.get("FETCH", [])).get(stored.uid)
    imap.stirred = True
    return found is not None and not flags(found.get(b"FLAGS")).has(flag)


def flag_commands(
    uids: Iterable[int], add: Sequence[str] = (), remove: Sequence[str] = ()
) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """The STORE commands for it; none when there is nothing to do. Raises Refused."""
    return [
        (b"UID STORE", (wanted, how + b"FLAGS.SILENT", b"(" + _names(names) + b")"))
        for wanted in uid_sets(uids)
        for how, names in ((b"+", add), (b"-", remove))
        if names
    ]


def uid_sets(uids: Iterable[int]) -> list[bytes]:
    """UIDs as sets of which each is answered soon."""
    every = sorted(set(uids))
    return [uid_set(every[start : start + BATCH]) for start in range(0, len(every), BATCH)]


def _names(names: Sequence[str]) -> bytes:
    for name in names:
        bare = name[1:] if name.upper() in _SYSTEM else name
        if not bare.isascii() or not bare.isprintable() or set(bare) & _KEYWORD_SPECIALS:
            raise Refused(gettext("“%(name)s” can't be used as a flag.") % {"name": name})
    return " ".join(names).encode("ascii")


def move(imap: LemonadeClient, folder: str, uids: Iterable[int], target: str) -> MovedMessages:
    """Move messages; says where they went, for Undo. Raises NotFound or Refused."""
    wanted = sorted(set(uids))
    now = enter(imap, folder)
    nothing = MovedMessages(folder, target, 0, {})
    if not wanted or folder == target:
        return nothing
    out, failure = nothing, None
    for which in uid_sets(wanted):
        try:
            validity, pairs = _move_some(imap, which, target)
        except MailError as error:
            failure = error
            break
        imap.stirred = True
        if validity:
            out = MovedMessages(now.folder, target, validity, {**out.uids, **pairs})
    if failure is not None and not out.uids:
        raise failure
    if not out.uids and imap.has("UIDPLUS"):
        raise NotFound(GONE)
    return out


def _move_some(imap: LemonadeClient, which: bytes, target: str) -> tuple[int, dict[int, int]]:
    """The target's UIDVALIDITY and the UIDs there; 0 when the server does not say.

    A big MOVE that failed in the middle says which were moved: these were (RFC 6851 §3.3).
    """
    if imap.has("MOVE"):
        answer = imap.command(b"UID MOVE", which, mailbox(target))
    else:
        answer = imap.command(b"UID COPY", which, mailbox(target))
        if answer.status == "OK":
            _expunge(imap, which)
    moved = parse_copyuid(answer)
    if answer.status != "OK" and not moved[0]:
        refuse_move(answer, target)
    return moved


def refuse_move(answer: Answer, target: str) -> None:
    """Raises NotFound or Refused for a COPY or MOVE that was refused."""
    if answer.code[0] == b"TRYCREATE":
        raise NotFound(gettext("There is no folder “%(folder)s” (any more).") % {"folder": target})
    answer.check()


def parse_copyuid(answer: Answer) -> tuple[int, dict[int, int]]:
    """COPYUID of a COPY or a MOVE, where MOVE may give it untagged. RFC 4315 §3, RFC 6851 §4.3."""
    code, arguments = answer.code
    if code != b"COPYUID":
        untagged = answer.data.get("COPYUID", [])
        arguments = untagged[-1] if untagged and isinstance(untagged[-1], bytes) else b""
    words = arguments.split()
    if len(words) != 3 or not words[0].isdigit():
        return 0, {}
    pairs = dict(zip(numbers(words[1]), numbers(words[2]), strict=False))
    return int(words[0]), pairs


def parse_appenduid(answer: Answer, folder: str) -> StoredMessage:
    """APPENDUID of an APPEND, or of a REPLACE, which gives it untagged (RFC 8508 §4.3); UID 0
    without UIDPLUS.
    """
    code, arguments = answer.code
    untagged = answer.data.get("APPENDUID", [])
    if code != b"APPENDUID" and untagged and isinstance(untagged[-1], bytes):
        code, arguments = b"APPENDUID", untagged[-1]
    words = arguments.split()
    if code == b"APPENDUID" and len(words) == 2 and words[0].isdigit() and words[1].isdigit():
        return StoredMessage(folder, int(words[0]), int(words[1]))
    return StoredMessage(folder, 0, 0)


def _expunge(imap: LemonadeClient, which: bytes) -> None:
    """Remove these messages and no others.

    Without UIDPLUS only when nothing else is marked as deleted: somebody else may want that back.
    """
    imap.command(b"UID STORE", which, b"+FLAGS.SILENT", b"(\\Deleted)").check()
    if imap.has("UIDPLUS"):
        imap.command(b"UID EXPUNGE", which).check()
        return
    answer = imap.command(b"UID SEARCH", b"DELETED").check()
    marked = {x for x in values(answer.data.get("SEARCH", [])) if isinstance(x, int)}
    if marked <= set(numbers(which)):
        imap.command(b"EXPUNGE").check()


def delete(imap: LemonadeClient, folder: str, uids: Iterable[int]) -> MovedMessages | None:
    """To the Trash; what is in the Trash or in Drafts already goes for good (then None)."""
    wanted = sorted(set(uids))
    trash = role_folder(imap, "trash")
    if folder == trash:
        enter(imap, folder)
        for which in uid_sets(wanted):
            _expunge(imap, which)
            imap.stirred = True
        return None
    return move(imap, folder, wanted, trash)


def discard(imap: LemonadeClient, stored: StoredMessage) -> None:
    """Remove a saved draft for good, if it is still the same one."""
    if not stored.uid:
        return
    try:
        enter(imap, stored.folder, stored.uidvalidity)
    except NotFound:
        return
    _expunge(imap, b"%d" % stored.uid)
    imap.stirred = True
