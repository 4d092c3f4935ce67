"""Actions on very many messages, each in one exchange: no UID travels to the server.

The server keeps what it found, and the next command of the same burst is about that, as ``$``
(RFC 5182). What came of it is told in ranges: of a MOVE the UIDs in the target (COPYUID), of flags
the mod-sequences that it took (RFC 7162). A server without SEARCHRES gets batches of UIDs.
"""

from __future__ import annotations

from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Arguments, Command, esearch_value, mailbox
from ..message.errors import NotFound, Refused
from ..message.messages import Flag
from ..message.numbers import write_uid_set
from ..message.responses import numbers
from ..message.selection import FiledMessages, MarkedMessages, Selection, count_of_set
from . import filing
from .filing import GONE, refuse_move
from .mailboxes import status
from .search import among_first, found_uids, program_in

FEW = 1_000  # messages of which each UID may be told

NOTHING: Command = (b"UID SEARCH", (b"RETURN (SAVE) NOT ALL",))
"""Goes before each search that a command of the same burst is about: one that the server can't read
leaves ``$`` as it was (RFC 5182 §2.1), and what an earlier action has found is not meant.
"""


def can_save(imap: LemonadeClient) -> bool:
    """Whether the server keeps what a search found, for the next command."""
    return imap.has("SEARCHRES") and imap.has("ESEARCH") and imap.has("MOVE")


def keys_of(imap: LemonadeClient, folder: str, selection: Selection) -> Arguments | None:
    """The search program of a selection; None when it can find nothing."""
    uids = selection.uids or (f"1:{selection.upto}" if selection.upto else "")
    wanted = program_in(imap, folder, selection.tree, fuzzy=False)
    if not uids or wanted.nothing:
        return None
    among = [b"UID", uids.encode("ascii")]
    since, until = selection.changed
    if until:
        among += [b"MODSEQ", b"%d" % since, b"NOT", b"MODSEQ", b"%d" % (until + 1)]
    return among_first(wanted, tuple(among))


def find_uids(imap: LemonadeClient, folder: str, selection: Selection) -> list[int]:
    """The UIDs themselves, for a server that keeps nothing; in the folder that is entered.

    Raises NotFound when there are none.
    """
    if selection.is_set:
        return sorted(numbers(selection.uids.encode("ascii")))
    keys = keys_of(imap, folder, selection)
    wanted = [b"RETURN (ALL)"] if imap.has("ESEARCH") else []
    found = found_uids(imap.command(b"UID SEARCH", *wanted, *keys).check()) if keys else []
    if not found:
        raise NotFound(GONE)
    return sorted(found)


def file_all(imap: LemonadeClient, folder: str, selection: Selection, target: str) -> FiledMessages:
    """Move them all. Raises NotFound, also when none is there, or Refused."""
    if folder == target:
        raise Refused(gettext("The messages are in this folder already."))
    if not can_save(imap):
        uids = find_uids(imap, folder, selection)
        moved = filing.move(imap, folder, uids, target)
        there = write_uid_set(moved.uids.values())
        return FiledMessages(folder, target, moved.uidvalidity, there, len(moved.uids), len(uids))
    commands, which = _search_of(imap, folder, selection, b"RETURN (SAVE COUNT)")
    commands.append((b"UID MOVE", (which, mailbox(target))))
    answers = imap.burst(commands)
    imap.stirred = True
    asked = _count(answers[1]) if len(answers) > 1 else count_of_set(selection.uids)
    validity, there = _copyuid(answers[-1])
    if not there:
        if answers[-1].status != "OK" and asked:
            refuse_move(answers[-1], target)
        raise NotFound(GONE)
    return FiledMessages(folder, target, validity, there, count_of_set(there), asked)


def _search_of(
    imap: LemonadeClient, folder: str, selection: Selection, wanted: bytes
) -> tuple[list[Command], bytes]:
    """The search, and what the next command calls what it found; of a set itself there is none."""
    if selection.is_set:
        return [], selection.uids.encode("ascii")
    keys = keys_of(imap, folder, selection)
    if keys is None:
        raise NotFound(GONE)
    return [NOTHING, (b"UID SEARCH", (wanted, *keys))], b"$"


def _count(answer: Answer) -> int:
    return esearch_value(answer.check(), b"COUNT") or 0


def _copyuid(answer: Answer) -> tuple[int, str]:
    """UIDVALIDITY and UIDs of the target; a MOVE that failed in the middle tells them, too."""
    code, arguments = answer.code
    if code != b"COPYUID":
        untagged = answer.data.get("COPYUID", [])
        arguments = untagged[-1] if untagged and isinstance(untagged[-1], bytes) else b""
    words = arguments.split()
    if len(words) != 3 or not words[0].isdigit():
        return 0, ""
    return int(words[0]), words[2].decode("ascii", "replace")


def remove_all(imap: LemonadeClient, folder: str, selection: Selection) -> FiledMessages:
    """Delete all of them for good; the folder is the trash. Raises as ``file_all``."""
    if not can_save(imap) or not imap.has("UIDPLUS"):
        filing.delete(imap, folder, uids := find_uids(imap, folder, selection))
        return FiledMessages(folder, "", 0, "", len(uids), len(uids))
    commands, which = _search_of(imap, folder, selection, b"RETURN (SAVE COUNT)")
    commands.append((b"UID STORE", (which, b"+FLAGS.SILENT", b"(\\Deleted)")))
    commands.append((b"UID EXPUNGE", (which,)))
    answers = [answer.check() for answer in imap.burst(commands)]
    imap.stirred = True
    asked = count_of_set(selection.uids) if selection.is_set else _count(answers[1])
    if not asked:
        raise NotFound(GONE)
    return FiledMessages(folder, "", 0, "", asked, asked)


def mark_all(
    imap: LemonadeClient,
    folder: str,
    selection: Selection,
    flag: Flag,
    on: bool,
    *,
    few: bool,
    since: int = 0,
) -> MarkedMessages:
    """Set or clear a flag of all of them. ``few``: they are not more than ``FEW``. ``since``: the
    mod-sequence before the first attempt, of which nobody knows what it did.

    Raises NotFound when none is there, or Refused.
    """
    has_modseqs = bool(imap.selected and imap.selected.modseq)
    if not can_save(imap) or not (few or has_modseqs):
        uids = find_uids(imap, folder, selection)
        changed = filing.mark(imap, folder, uids, flag, on)
        return MarkedMessages(len(uids), _set_of(write_uid_set(changed)))
    keys = keys_of(imap, folder, selection)
    if keys is None:
        raise NotFound(GONE)
    name = flag.value.removeprefix("\\").upper().encode("ascii")
    differs = b"UN" + name if on else name
    told = b"ALL" if few else b"COUNT MIN MAX"
    before = imap.selected.modseq if imap.selected else 0
    how = b"+FLAGS.SILENT" if on else b"-FLAGS.SILENT"
    answers = imap.burst(
        [
            NOTHING,
            (b"UID SEARCH", (b"RETURN (COUNT)", *keys)),
            (b"UID SEARCH", (b"RETURN (SAVE %b)" % told, *keys, differs)),
            (b"UID STORE", (b"$", how, b"(" + flag.value.encode("ascii") + b")")),
            *([] if few else [(b"STATUS", (mailbox(folder), b"(HIGHESTMODSEQ)"))]),
        ]
    )
    every, found = _each_search(answers[:3])[1:]
    asked = _count(every)
    if not asked:
        raise NotFound(GONE)
    answers[3].check()
    imap.stirred = True
    if few:
        return MarkedMessages(asked, _set_of(write_uid_set(found_uids(found))))
    after = status(imap, folder, answers[4]).get("HIGHESTMODSEQ", 0)
    if since and after:
        among = selection.uids or f"1:{selection.upto}"
        return MarkedMessages(asked, Selection(uids=among, changed=(since + 1, after)))
    return MarkedMessages(asked, _range(found, before, after))


def _each_search(answers: list[Answer]) -> list[Answer]:
    """The searches of one burst, each with its own result: some servers tell the second before they
    have said that the first is done.
    """
    raw = [line for answer in answers for line in answer.check().data.get("ESEARCH", [])]
    silent = len(answers) - len(raw)  # the first ones may only save
    return [
        Answer(answer.status, answer.text, {"ESEARCH": raw[at : at + 1] if at >= 0 else []})
        for at, answer in enumerate(answers, -silent)
    ]


def _set_of(uids: str) -> Selection | None:
    return Selection(uids=uids) if uids else None


def _range(found: Answer, before: int, after: int) -> Selection | None:
    """What was changed: exactly, where no other message lies between; else by when it was."""
    count, low, high = (esearch_value(found, name) or 0 for name in (b"COUNT", b"MIN", b"MAX"))
    if not count:
        return None
    if high - low + 1 == count:
        return Selection(uids=f"{low}:{high}")
    return Selection(uids=f"{low}:{high}", changed=(before + 1, after)) if after else None
