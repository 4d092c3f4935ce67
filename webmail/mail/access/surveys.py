"""How things stand before an action on very many messages, and what an attempt at it has done.

A worker may be killed, or its connection lost, when the server has moved all and nobody has heard
so. Whoever takes the action up again finds what was moved by the UIDs of the target that were not
given yet before, and by the numbers on both sides, which must fit together.
"""

from __future__ import annotations

from ..imap.client import LemonadeClient
from ..imap.commands import Command, esearch_value, mailbox
from ..message.errors import NotFound
from ..message.numbers import write_uid_set
from ..message.selection import FiledMessages, Selection, Survey, count_of_set
from . import bulk
from .filing import GONE
from .mailboxes import enter, status
from .search import among_first, found_uids, program_in

LARGEST_UID = 2**32 - 1


def survey(imap: LemonadeClient, folder: str, selection: Selection, target: str) -> Survey:
    """Before an action; ``target`` is "" where nothing is moved. One exchange in the folder that is
    entered. Raises NotFound, also when there is no such target, or Refused.
    """
    now = enter(imap, folder)
    keys = bulk.keys_of(imap, folder, selection)
    if keys is None:
        raise NotFound(GONE)
    wanted = (b"RETURN (COUNT)",) if imap.has("ESEARCH") else ()
    commands: list[Command] = [(b"UID SEARCH", (*wanted, *keys))]
    if target:
        commands.insert(0, (b"STATUS", (mailbox(target), b"(UIDNEXT UIDVALIDITY)")))
    *others, found = imap.burst(commands)
    counted = esearch_value(found.check(), b"COUNT") if wanted else len(found_uids(found))
    there = status(imap, target, others[0]) if others else {}
    return Survey(
        asked=counted or 0,
        modseq=now.modseq,
        uidvalidity=there.get("UIDVALIDITY", 0),
        uidnext=there.get("UIDNEXT", 0),
    )


def resume_filing(
    imap: LemonadeClient, folder: str, selection: Selection, target: str, before: Survey
) -> FiledMessages:
    """Move what an earlier attempt has left; tells of all that was moved. Raises as
    ``bulk.file_all``.
    """
    moved = _find_moved(imap, folder, selection, target, before)
    enter(imap, folder)
    try:
        rest = bulk.file_all(imap, folder, selection, target)
    except NotFound:
        if not moved:
            raise
        rest = FiledMessages(folder, target, before.uidvalidity, "", 0, 0)
    count = len(moved) + rest.count
    if len(moved) + rest.asked != before.asked:  # others have been there: which, nobody knows
        return FiledMessages(folder, target, 0, "", min(count, before.asked), before.asked)
    there = ",".join(each for each in (write_uid_set(moved), rest.uids) if each)
    exact = count_of_set(there) == count
    return FiledMessages(
        folder, target, before.uidvalidity, there if exact else "", count, before.asked
    )


def _find_moved(
    imap: LemonadeClient, folder: str, selection: Selection, target: str, before: Survey
) -> list[int]:
    """What the query finds in the target among that which has come since. Leaves the folder."""
    if not before.uidnext:
        return []
    enter(imap, target, before.uidvalidity)
    wanted = program_in(imap, folder, selection.tree, fuzzy=False)
    among = b"UID %d:%d" % (before.uidnext, LARGEST_UID)
    told = (b"RETURN (ALL)",) if imap.has("ESEARCH") else ()
    answer = imap.command(b"UID SEARCH", *told, *among_first(wanted, (among,))).check()
    return sorted(uid for uid in found_uids(answer) if uid >= before.uidnext)


def resume_removal(
    imap: LemonadeClient, folder: str, selection: Selection, before: Survey
) -> FiledMessages:
    """Delete for good what an earlier attempt has left."""
    try:
        bulk.remove_all(imap, folder, selection)
    except NotFound:
        if not before.asked:
            raise
    return FiledMessages(folder, "", 0, "", before.asked, before.asked)
