"""Opening a conversation: all its messages as lines, some of them with their text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..imap.client import LemonadeClient
from ..imap.commands import Command, uid_set
from ..message.errors import NotFound
from ..message.messages import OpenedMessage, Row
from ..message.opened_conversations import (
    ConversationMessage,
    Member,
    OpenedConversation,
    Place,
)
from ..message.responses import parse_fetch
from . import opening
from .conversation_members import members
from .listing import build_rows, message_items
from .listing import rows as load_rows
from .mailboxes import enter, visit

SHOWN = 20
"""Messages of a conversation that are shown without being asked for."""

MORE = 50
"""How many older ones come when they are asked for."""

MOST_OPEN = 10
"""Messages whose text is loaded at once; the newest and the newest of those that are unread."""


def open_conversation(
    imap: LemonadeClient,
    folder: str,
    uid: int,
    wanted: Collection[Place] = (),
    earlier: Place | None = None,
    known: Collection[Place] = (),
) -> OpenedConversation:
    """The conversation of a message: the first, the unread and the newest messages of it.

    Opened, and marked as read, are the newest one, those that are unread, and ``wanted`` ones.
    ``earlier``: show those before this one, too. ``known``: what is not wanted again. Raises
    NotFound when the message is not in the folder.
    """
    thread, every = members(imap, folder, uid)
    chosen = _choose(every, wanted, earlier)
    fresh = [member for member in chosen if member.place not in known]
    rows = _rows(imap, folder, fresh)
    texts = _texts(imap, folder, _to_open(every, fresh, wanted))
    places = {member.place: at for at, member in enumerate(every)}
    before = 0
    messages = []
    for member in chosen:
        place = places[member.place]
        if member.place in rows:
            skipped = place - before
            shown = ConversationMessage(
                member, rows[member.place], texts.get(member.place), skipped
            )
            messages.append(shown)
        before = place + 1
    here = [member for member in every if member.folder == folder]
    return OpenedConversation(
        folder=folder,
        uidvalidity=here[0].uidvalidity,
        thread=thread,
        uids=sorted((member.uid for member in here), reverse=True),
        total=len(every),
        messages=messages,
        muted=any(member.flags.muted for member in every),
        flagged=any(member.flags.flagged for member in here),
    )


def _choose(
    every: Sequence[Member], wanted: Collection[Place], earlier: Place | None
) -> list[Member]:
    """The first one, the newest, the newest of the unread, and those that are asked for."""
    chosen = {0, *range(max(0, len(every) - SHOWN // 2), len(every))}
    unread = [at for at, member in enumerate(every) if not member.flags.seen]
    for at in reversed(unread):
        if len(chosen) >= SHOWN:
            break
        chosen.add(at)
    for at in range(len(every) - 1, -1, -1):
        if len(chosen) >= SHOWN:
            break
        chosen.add(at)
    for at, member in enumerate(every):
        if member.place == earlier:
            chosen.update(range(max(0, at - MORE), at + 1))
        elif member.place in wanted:
            chosen.add(at)
    return [every[at] for at in sorted(chosen)]


def _to_open(
    every: Sequence[Member], shown: Sequence[Member], wanted: Collection[Place]
) -> list[Member]:
    unread = [member for member in shown if not member.flags.seen]
    opened = {member.place for member in (*every[-1:], *unread[-MOST_OPEN:])} | set(wanted)
    return [member for member in shown if member.place in opened]


def _rows(imap: LemonadeClient, folder: str, shown: Sequence[Member]) -> Mapping[Place, Row]:
    """The line of each, in one exchange; those that have vanished meanwhile are left out."""
    wanted: dict[str, list[int]] = {}
    for member in shown:
        wanted.setdefault(member.folder, []).append(member.uid)
    if not imap.has("PREVIEW"):  # the first words are read in the folder that is entered
        names = sorted(wanted, key=lambda name: name == folder)
        each = ((name, row) for name in names for row in load_rows(imap, name, wanted[name]))
        return {(name, row.uid): row for name, row in each}
    items = message_items(imap)
    questions: dict[str, Command] = {
        name: (b"UID FETCH", (uid_set(uids), items)) for name, uids in wanted.items()
    }
    if not questions:
        return {}
    out = {}
    for name, (_, answer) in visit(imap, questions, folder).items():
        found = parse_fetch(answer.data.get("FETCH", []))
        out.update({(name, row.uid): row for row in build_rows(imap, name, found)})
    return out


def _texts(
    imap: LemonadeClient, folder: str, shown: Sequence[Member]
) -> dict[Place, OpenedMessage]:
    """The texts, folder by folder, the own one last: it is entered afterwards."""
    out = {}
    for member in sorted(shown, key=lambda one: (one.folder == folder, one.folder)):
        try:
            out[member.place] = opening.open_message(imap, member.folder, member.uid)
        except NotFound:
            continue  # it went meanwhile: its line stands alone
    enter(imap, folder)
    return out
