"""What changed in a folder since a mod-sequence, told in as few octets as the server allows."""

from __future__ import annotations

from collections.abc import Sequence

from ..imap.client import LemonadeClient
from ..imap.commands import Answer, Command, mailbox
from ..message.changes import Changes, FlagChange
from ..message.responses import Raw, numbers, parse_fetch
from .listing import SIZE, build_rows, flags, message_items
from .mailboxes import COUNTS, apply_select_answer, enter, folders, list_question, resume, status
from .search import found_uids

Commands = list[Command]
MANY = 1_000
"""Of a server that tells no part of what a FETCH names: so many UIDs may lie between what a page
knows and the folder's next one, before it is asked by message numbers."""


def changes(
    imap: LemonadeClient,
    folder: str,
    uidvalidity: int,
    modseq: int,
    known: Sequence[int],
    newest_count: int = 0,
    with_folders: bool = False,
) -> Changes:
    """Changes among ``known`` (the UIDs on the page) and messages newer than all of them.

    One round trip: with the folder selected by CHANGEDSINCE and VANISHED, else by SELECT with
    QRESYNC (RFC 7162 §3.2.5, §3.2.6). Without QRESYNC the flags of the known are compared.
    With them comes what else a page shows of it: the ``newest_count`` newest UIDs and the folders,
    where the server tells them without being asked more. Of very many new messages the newest are
    told, as many as a page shows; a server without PARTIAL is asked for them once more. Raises
    NotFound.
    """
    most = newest_count or SIZE
    newest = max(known, default=0)
    quick = bool(imap.qresync and modseq)
    resuming = quick and not (imap.selected and imap.selected.folder == folder)
    commands: Commands = []
    if resuming:
        parameter = resume(imap, folder, uidvalidity, modseq, list(known))
        commands.append((b"SELECT", (mailbox(folder), parameter)))
    else:
        enter(imap, folder)
        commands.append((b"NOOP", ()))
    commands += _questions(imap, folder, known, modseq if quick else 0, resuming, most)
    newest_at = list_at = 0
    if newest_count and not resuming and imap.has("ESEARCH"):
        newest_at = len(commands)
        commands.append(_newest_question(imap, newest_count))
    if with_folders and (question := list_question(imap)):
        list_at = len(commands)
        commands.append(question)
    answers = imap.burst(commands)
    if resuming:
        apply_select_answer(imap, folder, answers[0])
    now = enter(imap, folder)
    # Some servers tell it before they have said that the command before it is done.
    counted = (status(imap, folder, answer) for answer in (answers[1], answers[0]))
    counts = next(filter(None, counted), {})
    out = Changes(
        folder=folder,
        uidvalidity=now.uidvalidity,
        modseq=counts.get("HIGHESTMODSEQ", 0),
        reset=now.uidvalidity != uidvalidity,
        rows=[],
        flags=[],
        vanished=[],
        exists=counts.get("MESSAGES", now.exists),
        unseen=counts.get("UNSEEN", 0),
        uidnext=counts.get("UIDNEXT", now.uidnext),
    )
    if not out.reset:
        if not imap.has("PARTIAL") and out.uidnext > newest + 1:
            answers.append(_new_rows(imap, newest, out, most))
        _fill(imap, out, answers, known, newest, quick)
        out.newest = _newest(answers[newest_at], newest_count, out.exists) if newest_at else []
    if list_at:
        out.folders = folders(imap, answers[list_at])
    return out


def _newest_question(imap: LemonadeClient, count: int) -> Command:
    """By message numbers, as far as the last answers tell how many there are."""
    exists = imap.selected.exists if imap.selected else 0
    return b"UID SEARCH", (b"RETURN (ALL)", b"%d:*" % max(1, exists - count + 1))


def _newest(answer: Answer, count: int, exists: int) -> list[int]:
    """The newest UIDs, newest first; [] when some are missing, as others went meanwhile."""
    found = sorted(found_uids(answer), reverse=True)[:count] if answer.status == "OK" else []
    return found if len(found) == min(count, exists) else []


def _questions(
    imap: LemonadeClient,
    folder: str,
    known: Sequence[int],
    modseq: int,
    resuming: bool,
    most: int,
) -> Commands:
    """STATUS first: its mod-sequence is not later than what the other answers show."""
    condstore = imap.qresync or imap.has("CONDSTORE")
    counts = COUNTS[:-1] + b" HIGHESTMODSEQ)" if condstore else COUNTS
    out: Commands = [(b"STATUS", (mailbox(folder), counts))]
    if known and not resuming:
        window = b"%d:%d" % (min(known), max(known))
        if modseq:
            changed = b"(CHANGEDSINCE %d VANISHED)" % modseq
            out.append((b"UID FETCH", (window, b"(FLAGS)", changed)))
        else:
            out.append((b"UID FETCH", (window, b"(UID FLAGS)")))
    if imap.has("PARTIAL"):
        since = b"CHANGEDSINCE %d " % modseq if modseq else b""
        part = b"(%bPARTIAL -1:-%d)" % (since, most)
        newer = b"%d:*" % (max(known, default=0) + 1)
        out.append((b"UID FETCH", (newer, message_items(imap), part)))
    return out


def _new_rows(imap: LemonadeClient, newest: int, counts: Changes, most: int) -> Answer:
    """What is newer than ``newest``, the last ``most`` of it when that may be very much."""
    if counts.uidnext - newest <= MANY:
        return imap.command(b"UID FETCH", b"%d:*" % (newest + 1), message_items(imap)).check()
    first = max(1, counts.exists - most + 1)
    return imap.command(b"FETCH", b"%d:*" % first, message_items(imap)).check()


def _fill(
    imap: LemonadeClient,
    out: Changes,
    answers: list[Answer],
    known: Sequence[int],
    newest: int,
    quick: bool,
) -> None:
    """Sort what came into new rows, changed flags and vanished UIDs."""
    told: list[Raw] = []
    gone: set[int] = set()
    for answer in answers:
        told += answer.data.get("FETCH", [])
        for item in answer.data.get("VANISHED", []):
            if isinstance(item, bytes):
                gone.update(numbers(item.removeprefix(b"(EARLIER)").strip()))
    on_page = set(known)
    found = parse_fetch(told)
    out.vanished = sorted(gone & on_page if quick else on_page - found.keys())
    fresh = {uid: items for uid, items in found.items() if uid > newest and uid not in gone}
    out.rows = build_rows(imap, out.folder, fresh)
    out.flags = [
        FlagChange(uid, flags(found[uid].get(b"FLAGS")))
        for uid in sorted(found.keys() & on_page - gone)
        if b"FLAGS" in found[uid]
    ]
